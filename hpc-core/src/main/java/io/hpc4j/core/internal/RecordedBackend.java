package io.hpc4j.core.internal;

import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.spi.SchedulerBackend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls another backend and records what was asked and concluded; also with methods that are yet to be invented. */
final class RecordedBackend implements InvocationHandler {

    private static final Object[] NO_ARGUMENTS = {};

    /** What asks no scheduler, and may be called for each of many requests. */
    private static final Set<String> NOT_RECORDED =
            Set.of("capabilities", "reportsEveryChange", "close", "equals", "hashCode", "toString");

    private record Call(Operation operation, RecordedCall.Origin origin, String subject, CallEvent event, long begin) {}

    private final SchedulerBackend real;
    private final FlightRecorder recorder;

    private RecordedBackend(SchedulerBackend real, FlightRecorder recorder) {
        this.real = real;
        this.recorder = recorder;
    }

    static SchedulerBackend around(SchedulerBackend real, FlightRecorder recorder) {
        return (SchedulerBackend) Proxy.newProxyInstance(
                SchedulerBackend.class.getClassLoader(),
                new Class<?>[] {SchedulerBackend.class},
                new RecordedBackend(real, recorder));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given) throws Throwable {
        Object[] arguments = given == null ? NO_ARGUMENTS : given;
        if (NOT_RECORDED.contains(method.getName())) {
            return call(method, arguments);
        }
        Operation operation = Operation.of(method.getName(), arguments);
        Operation before = recorder.enter(operation);
        Call call = new Call(
                operation,
                recorder.begin(method.getName()),
                Conclusions.subject(arguments),
                CallEvent.begin(),
                System.nanoTime());
        FlightRecorder.safely(() -> recorder.learn(operation.requests()));
        try {
            Object answer = call(method, arguments);
            FlightRecorder.safely(() -> {
                recorder.learn(answer);
                conclude(call, Conclusions.of(answer), true);
            });
            return answer;
        } catch (RuntimeException | Error e) {
            FlightRecorder.safely(
                    () -> conclude(call, operation.redactor(Map.of()).text(Conclusions.of(e)), false));
            throw e;
        } finally {
            recorder.leave(before);
        }
    }

    private void conclude(Call call, String conclusion, boolean isSuccess) {
        Duration took = Duration.ofNanos(System.nanoTime() - call.begin);
        if (call.operation.commands().isEmpty()) {
            call.event.end(recorder.cluster(), call.operation.name(), isSuccess);
        }
        recorder.concluded(call.operation, call.origin, took, call.subject, conclusion);
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
