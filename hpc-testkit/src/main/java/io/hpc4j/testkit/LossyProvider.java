package io.hpc4j.testkit;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Submission;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Opens another provider's backends, lets a kit call them, and loses the answers to submissions where told to. */
final class LossyProvider implements SchedulerBackendProvider {

    private final SchedulerBackendProvider real;
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile @Nullable SchedulerBackend opened;

    LossyProvider(SchedulerBackendProvider real) {
        this.real = real;
    }

    /** From now on so many submissions are carried out and answered by a transient exception. */
    void loseAnswers(int count) {
        toLose.set(count);
    }

    /** The backend that was opened last. */
    SchedulerBackend opened() {
        return Objects.requireNonNull(opened, "not opened yet");
    }

    /** How many answers were lost. */
    int lost() {
        return lost.get();
    }

    @Override
    public String id() {
        return real.id();
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        SchedulerBackend backend = real.open(context);
        SchedulerBackend lossy = (SchedulerBackend) Proxy.newProxyInstance(
                SchedulerBackend.class.getClassLoader(),
                new Class<?>[] {SchedulerBackend.class},
                (proxy, method, arguments) -> call(backend, method, arguments == null ? new Object[0] : arguments));
        opened = lossy;
        return lossy;
    }

    private Object call(SchedulerBackend backend, Method method, Object[] arguments) throws Throwable {
        Object answer;
        try {
            answer = method.invoke(backend, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
        if (!method.getName().startsWith("submit") || toLose.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
            return answer;
        }
        lost.incrementAndGet();
        BackendUnavailableException why = new BackendUnavailableException("the kit lost the answer");
        if (method.getName().equals("submitAll")) {
            return ((List<?>) answer)
                    .stream().map(a -> new Submission.Failed(why)).toList();
        }
        throw why;
    }
}
