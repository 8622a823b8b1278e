using EventGateway.Stores.Sqlite.Database;
using EventGateway.Tests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Database;

public sealed class FileCheckTests
{
    // Codes: https://www.sqlite.org/rescode.html.
    [Theory]
    [InlineData("SQLITE_CORRUPT", 11, true)]
    [InlineData("SQLITE_NOTADB", 26, true)]
    [InlineData("SQLITE_IOERR_READ", 266, true)]
    [InlineData("SQLITE_IOERR_SHORT_READ", 522, true)]
    [InlineData("SQLITE_IOERR_CORRUPTFS", 8458, true)]
    [InlineData("SQLITE_IOERR", 10, false)]
    [InlineData("SQLITE_IOERR_WRITE", 778, false)]
    [InlineData("SQLITE_IOERR_FSYNC", 1034, false)]
    [InlineData("SQLITE_FULL", 13, false)]
    [InlineData("SQLITE_BUSY", 5, false)]
    public void Treats_read_errors_as_damage_and_write_errors_not(string name, int code, bool isDamage) =>
        FileCheck.IsDamage(new SqliteException(name, code & 0xFF, code)).ShouldBe(isDamage);

    // Linux answers every read of the first bytes of this file with EIO.
    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public void Treats_a_file_that_the_disk_cannot_read_as_damaged(string suffix)
    {
        using var directory = new TemporaryDirectory();
        var path = directory["7.db"];
        File.WriteAllBytes(path, [1]);
        File.Delete(path + suffix);
        File.CreateSymbolicLink(path + suffix, "/proc/self/mem");

        FileCheck.FindDamage(path, trustIndex: false).ShouldNotBeNull().ShouldStartWith("A part cannot be read: ");
    }
}
