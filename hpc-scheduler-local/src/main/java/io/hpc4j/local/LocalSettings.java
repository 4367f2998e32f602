package io.hpc4j.local;

import io.hpc4j.core.ClusterUri;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a local cluster is made of, read from its address.
 *
 * @param folder where its state is kept
 * @param nodes the number of nodes
 * @param slots the slots of each node
 * @param memoryBytes the memory of each node
 * @param gpus the GPUs of each node
 * @param queues its queues; the first takes the jobs that name none
 * @param policyName {@code easy} or {@code fifo}
 * @param grace the time between TERM and KILL
 * @param recovery how long a node that failed stays away
 * @param cgroupRoot where memory limits are kept
 * @param sampling the time between two looks at what running jobs use
 * @param keep how many ended jobs are remembered
 */
record LocalSettings(
        Path folder,
        int nodes,
        int slots,
        long memoryBytes,
        int gpus,
        List<QueueSettings> queues,
        String policyName,
        Duration grace,
        Duration recovery,
        Path cgroupRoot,
        Duration sampling,
        int keep) {

    private static final List<String> KNOWN = List.of(
            "nodes",
            "slots",
            "memory",
            "gpus",
            "queues",
            "policy",
            "grace",
            "recovery",
            "cgroups",
            "cgroup-root",
            "sampling",
            "keep");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Path NO_CGROUPS = Path.of("/nonexistent");
    private static final int MOST_NODES = 1000;

    static LocalSettings from(ClusterUri uri, Map<String, String> environment) {
        if (uri.host().isPresent()) {
            throw new IllegalArgumentException("the local cluster is on this machine; write local: or local:/folder");
        }
        for (String name : uri.parameters().keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "the local cluster has no setting '%s'; it has %s".formatted(name, String.join(", ", KNOWN)));
            }
        }
        int nodes = uri.parameter("nodes")
                .map(v -> SettingReader.number("nodes", v, 1))
                .orElse(1);
        if (nodes > MOST_NODES) {
            throw SettingReader.unreadable("nodes", Integer.toString(nodes), "at most " + MOST_NODES, null);
        }
        return new LocalSettings(
                uri.path().map(Path::of).orElseGet(() -> defaultFolder(environment)),
                nodes,
                uri.parameter("slots")
                        .map(v -> SettingReader.number("slots", v, 1))
                        .orElseGet(() -> Runtime.getRuntime().availableProcessors()),
                uri.parameter("memory")
                        .map(v -> SettingReader.bytes("memory", v))
                        .orElseGet(() -> machineMemory() / nodes),
                uri.parameter("gpus")
                        .map(v -> SettingReader.number("gpus", v, 0))
                        .orElse(0),
                uri.parameter("queues")
                        .map(v -> SettingReader.queues("queues", v))
                        .orElse(List.of(QueueSettings.DEFAULT)),
                oneOf(uri, "policy", List.of("easy", "fifo")),
                duration(uri, "grace", Duration.ofSeconds(10)),
                duration(uri, "recovery", Duration.ofSeconds(2)),
                cgroupRoot(uri),
                sampling(uri),
                uri.parameter("keep")
                        .map(v -> SettingReader.number("keep", v, 0))
                        .orElse(100_000));
    }

    private static Path defaultFolder(Map<String, String> environment) {
        Optional<String> own = Optional.ofNullable(environment.get("HPC_STATE")).filter(v -> !v.isBlank());
        if (own.isPresent()) {
            return Path.of(own.get()).toAbsolutePath();
        }
        return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .filter(v -> v.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
                .resolve("hpc4j")
                .resolve("local");
    }

    private static String oneOf(ClusterUri uri, String name, List<String> words) {
        String word = uri.parameter(name).orElse(words.get(0));
        if (!words.contains(word)) {
            throw SettingReader.unreadable(name, word, "one of " + String.join(", ", words), null);
        }
        return word;
    }

    private static Duration duration(ClusterUri uri, String name, Duration otherwise) {
        return uri.parameter(name).map(v -> SettingReader.duration(name, v)).orElse(otherwise);
    }

    private static Duration sampling(ClusterUri uri) {
        Duration sampling = duration(uri, "sampling", Duration.ofSeconds(2));
        if (sampling.isZero()) {
            throw SettingReader.unreadable("sampling", "0", "longer than nothing", null);
        }
        return sampling;
    }

    private static Path cgroupRoot(ClusterUri uri) {
        if (oneOf(uri, "cgroups", List.of("auto", "never")).equals("never")) {
            return NO_CGROUPS;
        }
        return uri.parameter("cgroup-root").map(Path::of).orElse(CGROUPS);
    }

    private static long machineMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    /** The name of a node by its index: {@code node1} is the first. */
    static String nodeName(int index) {
        return "node" + (index + 1);
    }

    List<String> nodeNames() {
        return IntStream.range(0, nodes).mapToObj(LocalSettings::nodeName).toList();
    }

    SchedulingPolicy policy() {
        return policyName.equals("fifo") ? EasyBackfill.fifo() : new EasyBackfill(EasyBackfill.DEPTH);
    }
}
