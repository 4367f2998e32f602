package io.hpc4j.local;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether conditions on other jobs hold. Guarded by the scheduler's lock. */
final class Dependencies {

    /** What can be said of a condition now. */
    enum Verdict {
        HOLDS,
        OPEN,
        BROKEN
    }

    private final ClusterModel model;

    Dependencies(ClusterModel model) {
        this.model = model;
    }

    /** The jobs that a condition is about: one, or the tasks of an array; none if it is unknown. */
    List<LocalJob> targets(Dependency dependency) {
        LocalJob job = model.job(dependency.job());
        return job != null
                ? List.of(job)
                : model.array(dependency.job()).map(a -> a.tasks).orElse(List.of());
    }

    /**
     * Counts the conditions of a job that do not hold yet, and has it told when they do. A job that is forgotten has
     * ended as it was wanted to, or the one that waits for it would have ended with it.
     *
     * @return why a condition can never hold, if so
     */
    Optional<String> link(LocalJob job) {
        List<LocalJob.Waiter> open = new ArrayList<>();
        List<LocalJob> of = new ArrayList<>();
        for (Dependency dependency : job.request.dependencies()) {
            for (LocalJob target : targets(dependency)) {
                Verdict verdict = verdict(dependency.type(), target);
                if (verdict == Verdict.BROKEN) {
                    return Optional.of(broken(dependency, target));
                }
                if (verdict == Verdict.OPEN) {
                    open.add(new LocalJob.Waiter(job, dependency));
                    of.add(target);
                }
            }
        }
        for (int i = 0; i < open.size(); i++) {
            of.get(i).addWaiter(open.get(i));
        }
        job.openDependencies = open.size();
        return Optional.empty();
    }

    static Verdict verdict(Dependency.Type type, LocalJob target) {
        JobEnd end = target.end;
        if (type == Dependency.Type.AFTER_START) {
            boolean started = target.attempt > 1
                    || (target.run != null && target.run.isStarted)
                    || (end != null && end.startedMicros() > 0);
            return started ? Verdict.HOLDS : end == null ? Verdict.OPEN : Verdict.BROKEN;
        }
        if (end == null) {
            return Verdict.OPEN;
        }
        boolean ok = end.state() == JobState.COMPLETED;
        boolean holds = switch (type) {
            case AFTER_OK -> ok;
            case AFTER_NOT_OK -> !ok;
            default -> true;
        };
        return holds ? Verdict.HOLDS : Verdict.BROKEN;
    }

    static String broken(Dependency dependency, LocalJob target) {
        JobEnd end = target.end;
        return "its dependency %s of job %s can never hold: that ended %s"
                .formatted(dependency.type(), target.id, end == null ? "" : end.state());
    }
}
