package io.hpc4j.testkit;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobStore;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store of jobs that fails as {@link Faults} plan it, with an {@link InjectedFaultException}. What a store promises
 * still holds: intents and bindings are kept all or none, and only {@link JobStore#update} may be done in half. The
 * operations have the names of the store's methods, the place is {@code store}.
 */
public final class FaultyJobStore {

    private static final Set<Fault> ALWAYS = EnumSet.of(Fault.BEFORE, Fault.AFTER, Fault.DELAY, Fault.AWAY);
    private static final Set<Fault> OF_UPDATES = EnumSet.complementOf(EnumSet.of(Fault.STALE));
    private static final String PLACE = "store";

    private final JobStore real;
    private final Faults faults;

    private FaultyJobStore(JobStore real, Faults faults) {
        this.real = real;
        this.faults = faults;
    }

    /** A store that keeps everything in another one, and fails as planned. */
    public static JobStore over(JobStore real, Faults faults) {
        FaultyJobStore faulty = new FaultyJobStore(real, faults);
        return FaultyCall.proxy(JobStore.class, faulty::call);
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        String operation = method.getName();
        if (method.getDeclaringClass() == Object.class || operation.equals("close")) {
            return FaultyCall.invoke(real, method, arguments);
        }
        boolean isUpdate = operation.equals("update");
        Faults.Fate fate = faults.decide(PLACE, operation, isUpdate ? OF_UPDATES : ALWAYS);
        if (fate.is(Fault.HALF) && isUpdate) {
            updateHalf(arguments);
        }
        if (fate.is(Fault.HALF) || fate.isRefused()) {
            throw new InjectedFaultException(faults.words(PLACE, operation, fate));
        }
        Object answer = FaultyCall.invoke(real, method, arguments);
        if (fate.is(Fault.AFTER)) {
            throw new InjectedFaultException(faults.words(PLACE, operation, fate));
        }
        return answer;
    }

    private void updateHalf(Object[] arguments) {
        List<Job> jobs =
                ((Collection<?>) arguments[1]).stream().map(Job.class::cast).toList();
        real.update((String) arguments[0], jobs.subList(0, jobs.size() / 2));
    }
}
