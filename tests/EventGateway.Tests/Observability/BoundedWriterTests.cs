using System.Text;
using EventGateway.Observability;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public class BoundedWriterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<long> _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void Writes_in_order()
    {
        var stream = new SlowStream(isOpen: true);
        using var writer = Create(stream);

        writer.WriteLine("one");
        writer.Write('t');
        writer.Write("wo\n");

        writer.WaitUntilWritten(Deadline).ShouldBeTrue();
        stream.Text.ShouldBe("one\ntwo\n");
        writer.Lost.ShouldBe(0);
    }

    [Fact]
    public async Task Loses_and_counts_what_does_not_fit_and_reports_it_once_the_stream_takes_text_again()
    {
        var stream = new SlowStream(isOpen: false);
        using var writer = Create(stream);
        var line = new string('x', 1023);
        const int Fitting = BoundedWriter.MaxWaiting / 1024;

        for (var i = 0; i < Fitting + 10; i++)
        {
            writer.WriteLine(line);
        }

        writer.Lost.ShouldBe(10);
        writer.WaitUntilWritten(TimeSpan.Zero).ShouldBeFalse();
        _reported.Task.IsCompleted.ShouldBeFalse();
        stream.Open();
        (await _reported.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken)).ShouldBe(10);
        writer.WaitUntilWritten(Deadline).ShouldBeTrue();
        stream.Text.Length.ShouldBe(Fitting * 1024);
    }

    [Fact]
    public async Task Goes_on_after_a_write_that_failed()
    {
        var stream = new SlowStream(isOpen: true) { Failures = 1 };
        using var writer = Create(stream);

        writer.WriteLine("lost");
        writer.WriteLine("kept");

        (await _reported.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken)).ShouldBe(1);
        writer.WaitUntilWritten(Deadline).ShouldBeTrue();
        stream.Text.ShouldBe("kept\n");
    }

    private BoundedWriter Create(Stream stream) => new(stream, lost => _reported.TrySetResult(lost)) { NewLine = "\n" };

    // Blocks each write until it is opened.
    private sealed class SlowStream(bool isOpen) : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new(isOpen);

        public int Failures { get; set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _open.Wait();
            if (Failures-- > 0)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer.ToArray(), 0, buffer.Length);
        }

        protected override void Dispose(bool disposing)
        {
            _open.Dispose();
            base.Dispose(disposing);
        }
    }
}
