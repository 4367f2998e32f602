package io.hpc4j.local;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import io.hpc4j.core.RejectedJobException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses at once what could never run, and says what would. */
final class Admission {

    private static final int SCRIPT_BYTES = 64 << 10;

    private final LocalSettings settings;
    private final String workingDirectory = Path.of("").toAbsolutePath().toString();

    Admission(LocalSettings settings) {
        this.settings = settings;
    }

    /** What is the same for all tasks of a request; a queue that is unknown has the index -1. */
    LocalJob.Common common(JobRequest request, long number, long submittedMillis, int environment) {
        int queue = queue(request.queue());
        Optional<Duration> limit =
                queue < 0 ? Optional.empty() : settings.queues().get(queue).maxWalltime();
        long walltime =
                request.walltime().or(() -> limit).map(Admission::millis).orElse(Long.MAX_VALUE);
        return new LocalJob.Common(number, request, queue, walltime, submittedMillis, environment);
    }

    private static long millis(Duration duration) {
        return duration.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE : Math.max(1, duration.toMillis());
    }

    private int queue(Optional<String> name) {
        if (name.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < settings.queues().size(); i++) {
            if (settings.queues().get(i).name().equals(name.get())) {
                return i;
            }
        }
        return -1;
    }

    /** Checks requests that are submitted together; what they have in common is looked at once. */
    final class Checks {

        private final Set<String> goodFolders = new HashSet<>();

        /**
         * Returns the request with the folder that it runs in.
         *
         * @throws RejectedJobException if it could never run
         */
        JobRequest check(JobRequest request) {
            checkQueue(request);
            checkSize(request);
            if (request.gpuType().isPresent()) {
                throw new RejectedJobException("the local cluster knows no types of GPUs, the request asks for '%s'"
                        .formatted(request.gpuType().get()));
            }
            if (request.nativeOptions().containsKey("local")) {
                throw new RejectedJobException("the local cluster has no native options, the request has "
                        + request.nativeOptions().get("local"));
            }
            JobRequest placed = inFolder(request);
            checkFolder(placed.workingDirectory().orElse(workingDirectory));
            if (placed.payload() instanceof Payload.ScriptFile script) {
                checkScript(placed, script);
            }
            return placed;
        }

        private JobRequest inFolder(JobRequest request) {
            String wanted = request.workingDirectory().orElse("");
            if (wanted.startsWith("/")) {
                return request;
            }
            String folder = wanted.isEmpty()
                    ? workingDirectory
                    : path(wanted, "a working directory")
                            .toAbsolutePath()
                            .normalize()
                            .toString();
            return request.toBuilder().workingDirectory(folder).build();
        }

        private void checkFolder(String folder) {
            if (!goodFolders.add(folder)) {
                return;
            }
            Path path = path(folder, "a working directory");
            String trouble = !Files.exists(path)
                    ? "does not exist; make it first, or name another"
                    : !Files.isDirectory(path)
                            ? "is not a folder"
                            : !Files.isReadable(path) || !Files.isExecutable(path)
                                    ? "cannot be read by " + System.getProperty("user.name")
                                    : "";
            if (!trouble.isEmpty()) {
                goodFolders.remove(folder);
                throw new RejectedJobException("the working directory %s %s".formatted(folder, trouble));
            }
        }
    }

    private static Path path(String text, String what) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new RejectedJobException("%s must be a path of this machine: %s".formatted(what, e.getMessage()), e);
        }
    }

    private void checkQueue(JobRequest request) {
        int index = queue(request.queue());
        if (index < 0) {
            List<String> names =
                    settings.queues().stream().map(QueueSettings::name).toList();
            throw new RejectedJobException("there is no queue '%s'; this cluster has %s"
                    .formatted(request.queue().orElse(""), String.join(", ", names)));
        }
        QueueSettings queue = settings.queues().get(index);
        if (queue.maxWalltime().isPresent()
                && request.walltime().isPresent()
                && request.walltime().get().compareTo(queue.maxWalltime().get()) > 0) {
            throw new RejectedJobException("the queue %s allows a walltime of %s at most, the request asks for %s"
                    .formatted(
                            queue.name(),
                            queue.maxWalltime().get(),
                            request.walltime().get()));
        }
        if (queue.maxSlots().isPresent() && request.slots() > queue.maxSlots().getAsInt()) {
            throw new RejectedJobException("the queue %s allows %d slots at most, the request asks for %d"
                    .formatted(queue.name(), queue.maxSlots().getAsInt(), request.slots()));
        }
    }

    private void checkSize(JobRequest request) {
        FreeResources all =
                new FreeResources(settings.nodes(), settings.slots(), settings.memoryBytes(), settings.gpus());
        if (all.place(new LocalJob(common(request, 0, 0, 0))).isEmpty()) {
            throw new RejectedJobException(
                    ("the request can never start: it asks for %d node(s), %d task(s) of %d CPU(s), %d bytes of memory"
                                    + " and %d GPU(s) per node; the cluster has %d node(s) with %d slot(s), %d bytes"
                                    + " and %d GPU(s) each")
                            .formatted(
                                    request.nodes(),
                                    request.tasks(),
                                    request.cpusPerTask(),
                                    request.memoryPerNodeBytes().orElse(0),
                                    request.gpusPerNode(),
                                    settings.nodes(),
                                    settings.slots(),
                                    settings.memoryBytes(),
                                    settings.gpus()));
        }
    }

    private static void checkScript(JobRequest request, Payload.ScriptFile script) {
        Path file = scriptFile(request, script);
        if (!Files.isRegularFile(file)) {
            throw new RejectedJobException("there is no script %s".formatted(file));
        }
        if (!Files.isExecutable(file)) {
            throw new RejectedJobException("the script %s is not executable; run: chmod +x %s".formatted(file, file));
        }
        try (InputStream in = Files.newInputStream(file)) {
            Payload.checkScript(
                    "the script " + file, new String(in.readNBytes(SCRIPT_BYTES), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new RejectedJobException("the script %s cannot be read: %s".formatted(file, Failures.words(e)), e);
        } catch (IllegalArgumentException e) {
            throw new RejectedJobException(String.valueOf(e.getMessage()), e);
        }
    }

    static Path scriptFile(JobRequest request, Payload.ScriptFile script) {
        return Path.of(request.workingDirectory().orElse("/")).resolve(script.path());
    }
}
