package io.hpc4j.local;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.JobId;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.BackendContext;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a local cluster together, takes up what an earlier process left, and minds the time. */
final class LocalCluster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);
    private static final Duration NODES_MAY_TAKE = Duration.ofSeconds(5);
    private static final Duration QUIT_MAY_TAKE = Duration.ofSeconds(1);
    private static final long RETRY_MILLIS = 1000;
    private static final long VIRTUAL_LOOK_MILLIS = 5;
    private static final long SAMPLED_FROM_MILLIS = 1000;

    private final LocalSettings settings;
    private final StateFolder folder;
    private final boolean isVirtual;
    private final ClusterModel model;
    private final Environments environments = new Environments();
    private final Snapshots snapshots;
    private final LocalScheduler scheduler;
    private final Submissions submissions;
    private final NodeEvents events;
    private final NodeLinks links;
    private final NodeKeeper keeper;
    private final LocalPlan plan;
    private final LocalReasons reasons;
    private final Later later = new Later();
    private boolean isRetrying;
    private long beginLook = Long.MAX_VALUE;
    private boolean closed;

    private LocalCluster(
            LocalSettings settings, StateFolder folder, BackendContext context, Map<String, String> environment)
            throws IOException {
        this.settings = settings;
        this.folder = folder;
        this.isVirtual = !context.clock().equals(Clock.systemUTC());
        model = new ClusterModel(settings);
        Admission admission = new Admission(settings);
        Replay replay = new Replay(model, admission, environments);
        Ledger ledger = new Ledger(folder.root(), Journal.open(folder.journal(), replay::accept));
        try {
            model.takeUp();
            UnitStarts starts = new UnitStarts(folder, settings, environments);
            snapshots = new Snapshots(model, folder);
            events = new NodeEvents(starts);
            scheduler =
                    new LocalScheduler(settings, model, ledger, context.clock(), context.reports(), snapshots, events);
            submissions = new Submissions(scheduler, admission, starts, environmentNumber(ledger, environment));
            NodeSettings usual = NodeSettings.defaults();
            links = NodeLinks.open(
                    folder.root(), new NodeSettings(settings.cgroupRoot(), usual.idleExit(), usual.patience()), events);
        } catch (IOException | RuntimeException e) {
            ledger.close();
            throw e;
        }
        keeper = new NodeKeeper(scheduler, settings, links, later);
        plan = new LocalPlan(scheduler, settings, admission, folder, environments, submissions.environment());
        reasons = new LocalReasons(scheduler, settings, keeper);
        events.connectedBy(scheduler, keeper, links, this::commit);
    }

    private int environmentNumber(Ledger ledger, Map<String, String> environment) {
        Map<String, String> base = Environments.base(environment);
        int known = environments.numberOf(base);
        if (known >= 0) {
            return known;
        }
        int number = environments.add(base);
        ledger.add(Records.environment(number, base));
        return number;
    }

    /**
     * Opens the cluster in a folder: returns once its nodes are there and what happened meanwhile is known.
     *
     * @throws BackendUnavailableException if the folder is in use or cannot be used, or there is no way to run nodes
     * @throws IllegalArgumentException if open jobs need what the settings do not have
     */
    static LocalCluster open(LocalSettings settings, BackendContext context, Map<String, String> environment) {
        StateFolder folder = StateFolder.open(settings.folder());
        LocalCluster cluster;
        try {
            cluster = new LocalCluster(settings, folder, context, environment);
        } catch (IOException e) {
            folder.close();
            throw new BackendUnavailableException(
                    "the local cluster in %s cannot be opened: %s".formatted(folder.root(), Failures.words(e)), e);
        } catch (IllegalArgumentException e) {
            String made = ClusterFile.read(folder.root());
            folder.close();
            throw new IllegalArgumentException(
                    e.getMessage() + (made.isEmpty() ? "" : "; it was opened with " + made), e);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
        cluster.start();
        return cluster;
    }

    private void start() {
        synchronized (scheduler) {
            for (LocalJob job : List.copyOf(model.jobs())) {
                if (job.stage.isWaiting()) {
                    scheduler.enqueue(job);
                }
            }
            ClusterFile.write(folder.root(), settings);
            removeOldScripts();
            commit();
            keeper.connectAll();
            keeper.awaitTried(NODES_MAY_TAKE);
        }
        later.every(settings.sampling(), this::sample);
    }

    /** Scripts of jobs that were never kept, or whose end was the last that an earlier process did. */
    private void removeOldScripts() {
        try (DirectoryStream<Path> scripts =
                Files.newDirectoryStream(folder.root().resolve("scripts"))) {
            for (Path script : scripts) {
                if (!isNeeded(script.getFileName().toString())) {
                    Files.deleteIfExists(script);
                }
            }
        } catch (IOException e) {
            log.warn("{}: old scripts cannot be removed: {}", name(), Failures.words(e));
        }
    }

    private boolean isNeeded(String id) {
        JobId job = JobId.of(id);
        LocalJob known = model.job(job);
        return known != null
                ? known.stage != LocalJob.Stage.ENDED
                : model.array(job).isPresent()
                        && model.array(job).get().tasks.stream().anyMatch(t -> t.stage != LocalJob.Stage.ENDED);
    }

    // ---------------------------------------------------------------- its parts

    String name() {
        return "local:" + folder.root();
    }

    LocalScheduler scheduler() {
        return scheduler;
    }

    Submissions submissions() {
        return submissions;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    NodeKeeper keeper() {
        return keeper;
    }

    LocalPlan plan() {
        return plan;
    }

    LocalReasons reasons() {
        return reasons;
    }

    List<QueueInfo> queues() {
        List<QueueInfo> infos = new ArrayList<>();
        for (int i = 0; i < settings.queues().size(); i++) {
            QueueSettings queue = settings.queues().get(i);
            infos.add(new QueueInfo(
                    queue.name(),
                    i == 0,
                    true,
                    "open",
                    OptionalInt.of(queue.priority()),
                    queue.maxWalltime(),
                    queue.maxSlots(),
                    settings.nodes() * settings.slots(),
                    model.waiting(i),
                    model.running(i),
                    settings.nodeNames()));
        }
        return infos;
    }

    // ---------------------------------------------------------------- time; the caller holds the lock

    private void commit() {
        scheduler.commit();
        afterwards();
    }

    /** Looks at what is to be done later, after something has changed. */
    void afterwards() {
        if (scheduler.ledger.isStuck() && !isRetrying && !closed) {
            isRetrying = true;
            later(RETRY_MILLIS, () -> isRetrying = false);
        }
        OptionalLong begin = model.nextBegin();
        if (begin.isPresent() && begin.getAsLong() < beginLook && !closed) {
            beginLook = begin.getAsLong();
            long millis = Math.max(0, beginLook - scheduler.nowMillis());
            later(isVirtual ? VIRTUAL_LOOK_MILLIS : millis, () -> beginLook = Long.MAX_VALUE);
        }
        if (!scheduler.ledger.isStuck() && scheduler.ledger.isCompactionDue()) {
            scheduler.ledger.compact(() -> JournalSnapshot.of(model, environments, submissions.environment()));
        }
    }

    private void later(long millis, Runnable first) {
        later.after(Duration.ofMillis(millis), () -> {
            synchronized (scheduler) {
                if (!closed) {
                    first.run();
                    scheduler.begin();
                    commit();
                }
            }
        });
    }

    private void sample() {
        synchronized (scheduler) {
            if (!closed) {
                events.sample(scheduler.nowMillis() - SAMPLED_FROM_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        synchronized (scheduler) {
            if (closed) {
                return;
            }
            closed = true;
            keeper.quitIdle(QUIT_MAY_TAKE);
        }
        later.close();
        try {
            links.close();
        } catch (IOException e) {
            log.warn("{}: the connections to its nodes cannot be closed: {}", name(), Failures.words(e));
        }
        synchronized (scheduler) {
            scheduler.ledger.close();
        }
        folder.close();
    }
}
