using EventGateway.Core.Functions;
using EventGateway.Core.Registry;

namespace EventGateway.Core.Delivery;

public sealed partial class Dispatcher
{
    private static DeliveryVerdict Judge(LeasedDelivery delivery, DeliverySettings? settings, FunctionResult result, DeliveryAttempt? attempt)
    {
        var stillRead = result.Outcome is FunctionOutcome.TimedOut;
        return new DeliveryVerdict(DeliveryFate.Dropped) { Reason = result.Error, Attempt = attempt, PayloadStillRead = stillRead };
    }

    private void OnCircuitChanged(FunctionKey function, CircuitState state)
    {
        if (state is CircuitState.Open)
        {
            LogCircuitOpened(function.Space, function.FunctionId);
        }
        else if (state is CircuitState.Closed)
        {
            LogCircuitClosed(function.Space, function.FunctionId);
        }
    }
}
