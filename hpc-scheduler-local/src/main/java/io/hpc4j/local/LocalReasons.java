package io.hpc4j.local;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.Circumstances;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Why a job waits or ended, as the scheduler sees it. */
final class LocalReasons {

    private final LocalScheduler scheduler;
    private final LocalSettings settings;
    private final NodeKeeper keeper;

    LocalReasons(LocalScheduler scheduler, LocalSettings settings, NodeKeeper keeper) {
        this.scheduler = scheduler;
        this.settings = settings;
        this.keeper = keeper;
    }

    /** What is known of a job; nothing of one that is not. */
    Circumstances of(JobId id) {
        LocalJob job;
        List<Reason> reasons = new ArrayList<>();
        Optional<Forecast.Outlook> outlook = Optional.empty();
        synchronized (scheduler) {
            job = scheduler.model.job(id);
            if (job == null) {
                return Circumstances.NONE;
            }
            JobEnd end = job.end;
            if (end != null) {
                EndReasons.of(job, end).ifPresent(reasons::add);
            } else if (job.stage.isWaiting()) {
                waiting(job, reasons);
            } else {
                running(job, reasons);
            }
            if (job.stage.isReady() && !job.held) {
                outlook = Optional.of(Outlooks.with(job, scheduler.model, scheduler.nowMillis()));
            }
        }
        Optional<Instant> start = outlook.flatMap(o -> Forecast.of(job, o, settings.policy()))
                .map(s -> Instant.ofEpochMilli(s.atMillis()));
        return new Circumstances(Optional.of(job.request), reasons, start);
    }

    /** Of a job on a node that is away nothing is known until that is back. */
    private void running(LocalJob job, List<Reason> reasons) {
        Run run = job.run;
        if (run != null
                && IntStream.range(0, run.placement.size()).anyMatch(i -> !keeper.isUp(run.placement.node(i)))) {
            reasons.add(nodesDown());
        }
    }

    private void waiting(LocalJob job, List<Reason> reasons) {
        if (job.held) {
            reasons.add(Reason.of(Reason.Type.HELD).with("by", Snapshots.owner()));
            return;
        }
        switch (job.stage) {
            case DEPENDENCY -> dependencies(job, reasons);
            case BEGIN ->
                reasons.add(Reason.of(Reason.Type.BEGIN_TIME)
                        .with("at", job.request.beginAt().map(Instant::toString).orElse("")));
            case ARRAY_LIMIT -> reasons.add(arrayLimit(job));
            default -> ready(job, reasons);
        }
        if (job.attempt > 1) {
            reasons.add(Reason.of(Reason.Type.NEXT_ATTEMPT).with("attempt", job.attempt));
        }
    }

    // ---------------------------------------------------------------- conditions

    private void dependencies(LocalJob job, List<Reason> reasons) {
        for (Dependency dependency : job.request.dependencies()) {
            List<LocalJob> targets = scheduler.dependencies.targets(dependency);
            List<LocalJob> open = targets.stream()
                    .filter(t -> Dependencies.verdict(dependency.type(), t) != Dependencies.Verdict.HOLDS)
                    .toList();
            if (!open.isEmpty()) {
                reasons.add(Reason.of(Reason.Type.DEPENDENCY)
                        .with("job", dependency.job())
                        .with("condition", dependency.type())
                        .with("state", stateOf(dependency, open, targets.size())));
            }
        }
    }

    private static String stateOf(Dependency dependency, List<LocalJob> open, int count) {
        return open.get(0).id.equals(dependency.job())
                ? Snapshots.state(open.get(0)).name()
                : "an array with %d of %d tasks open".formatted(open.size(), count);
    }

    private static Reason arrayLimit(LocalJob job) {
        JobArray array = job.array;
        Reason reason = Reason.of(Reason.Type.ARRAY_LIMIT);
        return array == null
                ? reason
                : reason.with("array", array.id)
                        .with("limit", array.range.maxRunning().orElse(0));
    }

    // ---------------------------------------------------------------- its turn

    private void ready(LocalJob job, List<Reason> reasons) {
        if (scheduler.ledger.isStuck()) {
            reasons.add(Reason.of(Reason.Type.SCHEDULER_TROUBLE)
                    .with("words", "the journal cannot be written; is the disk full?"));
        }
        QueueSettings queue = settings.queues().get(job.queue);
        if (scheduler.model.queueRoom(job.queue) <= 0) {
            reasons.add(Reason.of(Reason.Type.QUEUE_LIMIT)
                    .with("queue", queue.name())
                    .with("limit", queue.maxRunning().orElse(0)));
            return;
        }
        if (!couldStartOnEmptyNodes(job)) {
            reasons.add(nodesDown());
            return;
        }
        behind(job).ifPresent(reasons::add);
        if (reasons.isEmpty() || scheduler.model.free.place(job).isEmpty()) {
            reasons.add(Reason.of(Reason.Type.RESOURCES)
                    .with("needs", Shortage.needs(job))
                    .with("free", Shortage.free(job, scheduler.model.free, settings))
                    .with("usedBy", usedBy()));
        }
    }

    private boolean couldStartOnEmptyNodes(LocalJob job) {
        FreeResources empty =
                new FreeResources(settings.nodes(), settings.slots(), settings.memoryBytes(), settings.gpus());
        for (int node = 0; node < settings.nodes(); node++) {
            empty.setUp(node, scheduler.model.free.isUp(node));
        }
        return empty.place(job).isPresent();
    }

    private Reason nodesDown() {
        List<NodeInfo> down = keeper.info().stream()
                .filter(n -> n.state() != NodeInfo.State.UP)
                .toList();
        return Reason.of(Reason.Type.NODES_DOWN)
                .with(
                        "nodes",
                        String.join(", ", down.stream().map(NodeInfo::name).toList()))
                .with(
                        "words",
                        down.stream().findFirst().flatMap(NodeInfo::reason).orElse(""));
    }

    private Optional<Reason> behind(LocalJob job) {
        WaitingJobs inOrder = scheduler.model.inOrder();
        WaitingJob first = inOrder.next();
        int count = 0;
        for (WaitingJob next = first; next != null && !next.equals(job); next = inOrder.next()) {
            count++;
        }
        return count == 0 || first == null
                ? Optional.empty()
                : Optional.of(Reason.of(Reason.Type.BEHIND_OTHERS)
                        .with("count", count)
                        .with("first", first));
    }

    private String usedBy() {
        return String.join(
                ", ",
                scheduler.model.running.stream()
                        .limit(Shortage.MOST)
                        .map(LocalJob::toString)
                        .toList());
    }

    /** What a job needs, and what is free, in words. */
    private static final class Shortage {

        private static final int MOST = 5;

        private static String needs(LocalJob job) {
            int tasks = (job.tasks() + job.nodes() - 1) / job.nodes();
            return (job.nodes() == 1 ? "" : job.nodes() + " nodes with ")
                    + amounts(job, (long) tasks * job.cpusPerTask(), job.memoryPerNode(), job.gpusPerNode())
                    + (job.exclusive() ? " and no other job" : "")
                    + (job.nodes() == 1 ? " on one node" : " each");
        }

        private static String free(LocalJob job, FreeResources free, LocalSettings settings) {
            List<String> nodes = IntStream.range(0, free.nodes())
                    .filter(free::isUp)
                    .mapToObj(n -> amounts(
                                    job,
                                    settings.slots() - free.usedSlots(n),
                                    settings.memoryBytes() - free.usedMemory(n),
                                    settings.gpus() - free.usedGpus(n))
                            + " on " + LocalSettings.nodeName(n))
                    .toList();
            return String.join("; ", nodes.subList(0, Math.min(MOST, nodes.size())))
                    + (nodes.size() > MOST ? "; …" : "");
        }

        /** Of memory and GPUs only where the job asks for them. */
        private static String amounts(LocalJob job, long slots, long memory, int gpus) {
            return slots
                    + (slots == 1 ? " slot" : " slots")
                    + (job.memoryPerNode() > 0 ? ", " + (memory >> 20) + " MiB" : "")
                    + (job.gpusPerNode() > 0 ? ", " + gpus + (gpus == 1 ? " GPU" : " GPUs") : "");
        }
    }
}
