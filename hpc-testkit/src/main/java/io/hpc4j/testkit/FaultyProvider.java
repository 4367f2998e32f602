package io.hpc4j.testkit;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Submission;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens another provider's backends, which then fail as {@link Faults} plan it, with a
 * {@link BackendUnavailableException}. Of many requests submitted together {@link Fault#HALF} takes the first ones only;
 * of an answer about the queue it leaves jobs out, as a scheduler does that is slow to list them. All three ways to
 * submit are the operation {@code submit}; the others have the names of the backend's methods. The place is
 * {@code backend}.
 */
public final class FaultyProvider implements SchedulerBackendProvider {

    private static final Set<Fault> ALWAYS = EnumSet.of(Fault.BEFORE, Fault.AFTER, Fault.DELAY, Fault.AWAY);
    private static final Set<Fault> OF_BATCHES =
            EnumSet.of(Fault.BEFORE, Fault.AFTER, Fault.HALF, Fault.DELAY, Fault.AWAY);
    private static final Set<Fault> OF_QUEUES = EnumSet.allOf(Fault.class);
    private static final Set<String> NEVER = Set.of("capabilities", "reportsEveryChange", "close");
    private static final String PLACE = "backend";

    private final SchedulerBackendProvider real;
    private final Faults faults;
    private volatile @Nullable SchedulerBackend opened;

    /** A provider whose backends fail as planned. */
    public FaultyProvider(SchedulerBackendProvider real, Faults faults) {
        this.real = real;
        this.faults = faults;
    }

    /** The backend that was opened last, through which a test can call it as the cluster does. */
    SchedulerBackend opened() {
        return Objects.requireNonNull(opened, "not opened yet");
    }

    @Override
    public String id() {
        return real.id();
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        FaultyBackend faulty = new FaultyBackend(real.open(context));
        SchedulerBackend proxy = FaultyCall.proxy(SchedulerBackend.class, faulty::call);
        opened = proxy;
        return proxy;
    }

    private final class FaultyBackend {

        private final SchedulerBackend backend;

        /** What was answered before, by the job's id. Guarded by itself. */
        private final Map<Object, Object> earlier = new HashMap<>();

        private FaultyBackend(SchedulerBackend backend) {
            this.backend = backend;
        }

        private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
            String name = method.getName();
            if (method.getDeclaringClass() == Object.class || NEVER.contains(name)) {
                return FaultyCall.invoke(backend, method, arguments);
            }
            String operation = name.startsWith("submit") ? "submit" : name;
            Faults.Fate fate = faults.decide(PLACE, operation, possible(name));
            BackendUnavailableException why = new BackendUnavailableException(faults.words(PLACE, operation, fate));
            if (name.equals("submitAll")) {
                return submitAll(arguments, fate, why);
            }
            if (fate.isRefused()) {
                throw why;
            }
            Object answer = FaultyCall.invoke(backend, method, arguments);
            if (fate.is(Fault.AFTER)) {
                throw why;
            }
            return answer instanceof Map<?, ?> queue ? queue(queue, fate) : answer;
        }

        private Set<Fault> possible(String method) {
            return switch (method) {
                case "submitAll" -> OF_BATCHES;
                case "statusOf" -> OF_QUEUES;
                default -> ALWAYS;
            };
        }

        private List<Submission> submitAll(Object[] arguments, Faults.Fate fate, BackendUnavailableException why) {
            List<JobRequest> requests = ((List<?>) arguments[0])
                    .stream().map(JobRequest.class::cast).toList();
            int sent = fate.isRefused() ? 0 : fate.is(Fault.HALF) ? requests.size() / 2 : requests.size();
            List<Submission> answers =
                    new ArrayList<>(sent == 0 ? List.of() : backend.submitAll(requests.subList(0, sent)));
            if (fate.is(Fault.AFTER)) {
                answers.replaceAll(a -> new Submission.Failed(why));
            }
            while (answers.size() < requests.size()) {
                answers.add(new Submission.Failed(why));
            }
            return answers;
        }

        private Map<?, ?> queue(Map<?, ?> answer, Faults.Fate fate) {
            Map<Object, Object> changed = new HashMap<>(answer);
            synchronized (earlier) {
                if (fate.is(Fault.STALE)) {
                    changed.replaceAll((id, job) -> earlier.getOrDefault(id, job));
                }
                earlier.putAll(answer);
            }
            if (fate.is(Fault.HALF)) {
                changed.keySet().removeIf(id -> (id.hashCode() & 1) == 0);
            }
            return changed;
        }
    }
}
