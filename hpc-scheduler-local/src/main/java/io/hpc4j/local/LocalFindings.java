package io.hpc4j.local;

import io.hpc4j.core.Finding;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.spi.BackendContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at what a local cluster needs: before it is opened, and of one that is open. */
final class LocalFindings {

    private static final long LITTLE_DISK = 1L << 30;
    private static final long NO_DISK = 64L << 20;
    private static final Duration SKEW = Duration.ofSeconds(2);
    private static final String STATE = "state folder";
    private static final String DISK = "disk space";
    private static final String TIMES = "times of files";

    private LocalFindings() {}

    // ---------------------------------------------------------------- before it is opened

    static List<Finding> before(BackendContext context, Map<String, String> environment) {
        List<Finding> all = new ArrayList<>();
        all.add(system());
        LocalSettings settings;
        try {
            settings = LocalSettings.from(context.uri(), environment);
        } catch (IllegalArgumentException e) {
            all.add(Finding.problem("address", String.valueOf(e.getMessage()), "mend the cluster's address"));
            return all;
        }
        Path folder = settings.folder();
        all.add(state(folder));
        inUse(folder).ifPresent(all::add);
        all.add(disk(folder));
        clock(folder, context.clock()).ifPresent(all::add);
        all.add(groups(ControlGroups.at(settings.cgroupRoot())));
        return all;
    }

    private static Finding system() {
        String name = "node program";
        String system = System.getProperty("os.name", "") + " on " + System.getProperty("os.arch", "");
        if (!system.startsWith("Linux")) {
            return Finding.problem(name, "this is " + system, "use a machine with Linux, or another cluster");
        }
        if (NodeProgram.isBroughtAlong()) {
            return Finding.ok(name, "there is one for " + system);
        }
        return Files.isExecutable(Path.of("/usr/bin/cc"))
                ? Finding.ok(name, "it is compiled by /usr/bin/cc for " + system)
                : Finding.problem(
                        name,
                        "there is none for " + system + ", and no C compiler /usr/bin/cc",
                        "install one (Debian: apt-get install gcc libc6-dev)");
    }

    private static Finding state(Path folder) {
        Path existing = existing(folder);
        if (Files.isDirectory(existing) && Files.isWritable(existing)) {
            return Finding.ok(STATE, folder + (existing.equals(folder) ? " is writable" : " can be made"));
        }
        return Finding.problem(
                STATE,
                "%s cannot be %s".formatted(folder, existing.equals(folder) ? "written" : "made in " + existing),
                "make it writable, name another, as in local:/other/folder, or set HPC_STATE");
    }

    /** The folder, or the nearest one above it that exists. */
    private static Path existing(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private static Optional<Finding> inUse(Path folder) {
        try {
            long pid = Long.parseLong(Files.readString(folder.resolve("lock")).strip());
            return ProcessHandle.of(pid)
                    .filter(p -> p.pid() != ProcessHandle.current().pid())
                    .map(p -> Finding.warning(
                            "state in use",
                            "process %d has it open%s"
                                    .formatted(
                                            pid,
                                            p.info()
                                                    .command()
                                                    .map(c -> ": " + c)
                                                    .orElse("")),
                            "end that process before another opens the cluster; the command hpc shares it"));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // nobody has it open, or has had
        }
    }

    private static Finding disk(Path folder) {
        try {
            long free = Files.getFileStore(existing(folder)).getUsableSpace();
            String seen = (free >> 20) + " MiB free for " + folder;
            String advice = "make room there, or name another folder";
            return free < NO_DISK
                    ? Finding.problem(DISK, seen, advice)
                    : free < LITTLE_DISK ? Finding.warning(DISK, seen, advice) : Finding.ok(DISK, seen);
        } catch (IOException e) {
            return Finding.warning(DISK, "cannot be told: " + Failures.words(e), "look at it with df");
        }
    }

    /** Compares the times of files with the clock; they differ where a folder is on another machine. */
    private static Optional<Finding> clock(Path folder, Clock clock) {
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            return Optional.empty();
        }
        Path file = null;
        try {
            Instant before = clock.instant();
            file = Files.createTempFile(folder, "clock-", ".tmp");
            Duration skew =
                    Duration.between(before, Files.getLastModifiedTime(file).toInstant());
            String seen = String.format(Locale.ROOT, "they differ from the clock by %.1f s", skew.toMillis() / 1000.0);
            return Optional.of(
                    skew.abs().compareTo(SKEW) > 0
                            ? Finding.warning(TIMES, seen, "set the clocks by NTP; times of jobs will be odd")
                            : Finding.ok(TIMES, seen));
        } catch (IOException e) {
            return Optional.of(Finding.warning(
                    TIMES, "cannot be compared: " + Failures.words(e), "see that the state folder can be written"));
        } finally {
            remove(file);
        }
    }

    private static void remove(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return; // an empty file is left, which does no harm
        }
    }

    private static Finding groups(ControlGroups groups) {
        return groups.keepLimits()
                ? Finding.ok("control groups", groups.words())
                : Finding.warning(
                        "control groups",
                        groups.words(),
                        "memory limits are counted but not kept, and peaks are of the largest process; to have them"
                                + " run as a user that may write there");
    }

    // ---------------------------------------------------------------- of one that is open

    /** The caller holds the scheduler's lock. */
    static List<Finding> of(LocalCluster cluster) {
        List<Finding> all = new ArrayList<>();
        List<NodeInfo> nodes = cluster.keeper().info();
        List<NodeInfo> down =
                nodes.stream().filter(n -> n.state() != NodeInfo.State.UP).toList();
        if (down.isEmpty()) {
            all.add(Finding.ok("nodes", "all %d are up".formatted(nodes.size())));
        } else {
            all.add(Finding.problem(
                    "nodes",
                    "%d of %d are away: %s: %s"
                            .formatted(
                                    down.size(),
                                    nodes.size(),
                                    down.get(0).name(),
                                    down.get(0).reason().orElse("")),
                    "look into the folders nodes/*/node.log of the cluster's state"));
        }
        all.add(
                cluster.scheduler().ledger.isStuck()
                        ? Finding.problem(
                                "journal",
                                "it cannot be written, nothing new is taken or started",
                                "make room on the disk of " + cluster.name())
                        : Finding.ok("journal", "it can be written"));
        return all;
    }
}
