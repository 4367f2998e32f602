package io.hpc4j.core.internal;

import io.hpc4j.core.HpcException;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.Transport;
import java.time.Duration;
import java.util.function.Function;

/** Runs commands through another transport, within the budget, and records them. */
final class RecordedTransport implements Transport {

    private final Transport real;
    private final FlightRecorder recorder;
    private final CallBudget budget;

    RecordedTransport(Transport real, FlightRecorder recorder, CallBudget budget) {
        this.real = real;
        this.recorder = recorder;
        this.budget = budget;
    }

    @Override
    public CommandResult run(CommandLine command) {
        Operation operation = recorder.operation();
        budget.beforeCommand(operation.name());
        RecordedCall.Origin origin = recorder.begin(operation.name());
        CallEvent event = CallEvent.begin();
        long begin = System.nanoTime();
        try {
            CommandResult result = real.run(command);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            record(
                    operation,
                    event,
                    redactor -> recorded(origin, took, command, answer(result, redactor), redactor),
                    command);
            return result;
        } catch (RuntimeException | Error e) {
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            boolean isTimeout = took.compareTo(command.timeout()) >= 0;
            record(
                    operation,
                    event,
                    redactor -> recorded(origin, took, command, broken(e, isTimeout, redactor), redactor),
                    command);
            throw e;
        }
    }

    private void record(
            Operation operation,
            CallEvent event,
            Function<Redactor, RecordedCall.Command> recorded,
            CommandLine command) {
        FlightRecorder.safely(() -> {
            RecordedCall.Command call = recorded.apply(operation.redactor(command.environment()));
            event.end(recorder.cluster(), call);
            recorder.ended(operation, call);
        });
    }

    private static RecordedCall.Command recorded(
            RecordedCall.Origin origin, Duration took, CommandLine command, Answer answer, Redactor redactor) {
        RecordedCall.Asked asked = new RecordedCall.Asked(
                redactor.arguments(command.arguments()),
                command.environment().keySet().stream().sorted().toList(),
                command.workingDirectory(),
                redactor.recorded(command.stdin()),
                command.timeout());
        return new RecordedCall.Command(origin, took, "", asked, answer);
    }

    private static Answer answer(CommandResult result, Redactor redactor) {
        return new Answer.Ended(
                result.exitStatus(),
                redactor.recorded(result.stdout()),
                redactor.recorded(result.stderr()),
                result.isTruncated());
    }

    private static Answer broken(Throwable e, boolean isTimeout, Redactor redactor) {
        boolean isTransient = e instanceof HpcException h && h.isTransient();
        String message = redactor.text(String.valueOf(e.getMessage()));
        return new Answer.Broken(e.getClass().getSimpleName(), message, isTransient, isTimeout);
    }

    @Override
    public RemoteFiles files() {
        return real.files();
    }

    @Override
    public void close() {
        real.close();
    }
}
