// ASP.NET has a Route of its own.
global using Route = EventGateway.Abstractions.Resources.Route;
