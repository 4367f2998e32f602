package io.hpc4j.local;

import io.hpc4j.core.NodeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the nodes connected, and brings back those that fail. Its state is guarded by the scheduler's lock. */
final class NodeKeeper {

    private static final Logger log = LoggerFactory.getLogger(NodeKeeper.class);
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(1);

    private final LocalScheduler scheduler;
    private final LocalSettings settings;
    private final NodeLinks links;
    private final Later later;
    private final List<Node> nodes = new ArrayList<>();
    private boolean closed;

    /** One node. */
    private static final class Node {
        private final int index;
        private final String name;
        private int session;
        private int failures;
        private boolean wasTried;
        private String reason = "it is being started";

        private Node(int index) {
            this.index = index;
            this.name = LocalSettings.nodeName(index);
        }
    }

    NodeKeeper(LocalScheduler scheduler, LocalSettings settings, NodeLinks links, Later later) {
        this.scheduler = scheduler;
        this.settings = settings;
        this.links = links;
        this.later = later;
        for (int index = 0; index < settings.nodes(); index++) {
            nodes.add(new Node(index));
        }
    }

    static int indexOf(String name) {
        return Integer.parseInt(name.substring("node".length())) - 1;
    }

    void connectAll() {
        nodes.forEach(node -> connectAfter(node, Duration.ZERO));
    }

    private void connectAfter(Node node, Duration pause) {
        later.after(pause, () -> connect(node));
    }

    /** Has something done once more for a node that is there but refused it just now. */
    void later(int index, Runnable again) {
        later.after(REFUSED_PAUSE, () -> onceMore(index, again));
    }

    private void onceMore(int index, Runnable again) {
        synchronized (scheduler) {
            if (!closed && isUp(index)) {
                again.run();
                scheduler.commit();
            }
        }
    }

    private void connect(Node node) {
        synchronized (scheduler) {
            if (closed || isUp(node.index)) {
                return;
            }
            node.session++;
        }
        try {
            links.connect(node.name);
            synchronized (scheduler) {
                node.failures = 0;
            }
        } catch (IOException e) {
            synchronized (scheduler) {
                failed(node, Failures.words(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("{}: cannot be connected to", node.name, e);
            synchronized (scheduler) {
                failed(node, e.toString());
            }
        }
    }

    private void failed(Node node, String reason) {
        if (closed) {
            return;
        }
        node.reason = reason;
        node.wasTried = true;
        long pause = Math.min(LONGEST_PAUSE_MILLIS, 1000L << Math.min(node.failures++, 6));
        log.warn("{}: cannot be started, trying again in {} ms: {}", node.name, pause, reason);
        connectAfter(node, Duration.ofMillis(pause));
        scheduler.notifyAll();
    }

    // ---------------------------------------------------------------- what is heard; the caller holds the lock

    void up(int index) {
        nodes.get(index).wasTried = true;
        scheduler.model.free.setUp(index, true);
        scheduler.notifyAll();
    }

    void down(int index) {
        Node node = nodes.get(index);
        scheduler.model.free.setUp(index, false);
        scheduler.notifyAll();
        if (!closed) {
            node.reason =
                    "it failed, and is brought back in " + settings.recovery().toMillis() + " ms";
            log.warn(
                    "{}: is gone, it is brought back in {} ms",
                    node.name,
                    settings.recovery().toMillis());
            connectAfter(node, settings.recovery());
        }
    }

    boolean isUp(int index) {
        return scheduler.model.free.isUp(index);
    }

    int session(int index) {
        return nodes.get(index).session;
    }

    /** Waits until each node is there or has been tried in vain, but not for long. */
    void awaitTried(Duration limit) {
        await(limit, () -> nodes.stream().allMatch(n -> n.wasTried));
    }

    /** Lets nodes without work end, and waits until they have. */
    void quitIdle(Duration limit) {
        closed = true;
        boolean[] busy = new boolean[nodes.size()];
        for (LocalJob job : scheduler.model.running) {
            Run run = job.run;
            if (run != null) {
                run.units.forEach(u -> busy[u.node] = true);
            }
        }
        List<Node> idle =
                nodes.stream().filter(n -> !busy[n.index] && isUp(n.index)).toList();
        idle.forEach(n -> links.quit(n.name));
        await(limit, () -> idle.stream().noneMatch(n -> isUp(n.index)));
    }

    private void await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            try {
                TimeUnit.NANOSECONDS.timedWait(scheduler, Math.max(1_000_000, deadline - System.nanoTime()));
            } catch (InterruptedException e) {
                interrupted = true;
                deadline = 0;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- what is shown

    List<NodeInfo> info() {
        List<String> queues =
                settings.queues().stream().map(QueueSettings::name).sorted().toList();
        OptionalDouble load = load();
        return nodes.stream()
                .map(n -> info(n, queues, load))
                .sorted((a, b) -> Integer.compare(indexOf(a.name()), indexOf(b.name())))
                .toList();
    }

    private NodeInfo info(Node node, List<String> queues, OptionalDouble load) {
        FreeResources free = scheduler.model.free;
        boolean up = isUp(node.index);
        return new NodeInfo(
                node.name,
                up ? NodeInfo.State.UP : NodeInfo.State.DOWN,
                up ? (free.usedSlots(node.index) == 0 ? "idle" : "running") : "down",
                up ? Optional.empty() : Optional.of(node.reason),
                settings.slots(),
                free.usedSlots(node.index),
                OptionalLong.of(settings.memoryBytes()),
                OptionalLong.of(free.usedMemory(node.index)),
                settings.gpus(),
                free.usedGpus(node.index),
                load,
                queues);
    }

    private static OptionalDouble load() {
        try {
            String text = Files.readString(Path.of("/proc/loadavg"));
            return OptionalDouble.of(Double.parseDouble(text.substring(0, text.indexOf(' '))));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return OptionalDouble.empty();
        }
    }
}
