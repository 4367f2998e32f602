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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
            checkWalltime(request);
            checkSlots(request);
            checkSize(request);
            checkGpuType(request);
            checkNativeOptions(request);
            JobRequest placed = inFolder(request);
            checkFolder(placed.workingDirectory().orElse(workingDirectory));
            checkScript(placed);
            return placed;
        }

        /**
         * Why the request could never run, by its fields; nothing if it could.
         */
        Map<String, String> refusals(JobRequest request) {
            Map<String, String> all = new LinkedHashMap<>();
            note(all, "queue", () -> checkQueue(request));
            note(all, "walltime", () -> checkWalltime(request));
            note(all, "tasks", () -> checkSlots(request));
            tooLarge(request).forEach(field -> note(all, field, () -> checkSize(request)));
            note(all, "gpuType", () -> checkGpuType(request));
            note(all, "nativeOptions", () -> checkNativeOptions(request));
            note(
                    all,
                    "workingDirectory",
                    () -> checkFolder(inFolder(request).workingDirectory().orElse(workingDirectory)));
            if (!all.containsKey("workingDirectory")) {
                note(all, "scriptFile", () -> checkScript(inFolder(request)));
            }
            return all;
        }

        private void note(Map<String, String> all, String field, Runnable check) {
            try {
                check.run();
            } catch (RejectedJobException e) {
                all.putIfAbsent(field, String.valueOf(e.getMessage()));
            }
        }

        /** The request with the folder that it runs in. */
        JobRequest inFolder(JobRequest request) {
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
    }

    private Optional<QueueSettings> queueOf(JobRequest request) {
        int index = queue(request.queue());
        return index < 0 ? Optional.empty() : Optional.of(settings.queues().get(index));
    }

    private void checkWalltime(JobRequest request) {
        Optional<QueueSettings> queue = queueOf(request);
        Optional<Duration> most = queue.flatMap(QueueSettings::maxWalltime);
        Duration asked = request.walltime().orElse(Duration.ZERO);
        if (queue.isPresent() && most.isPresent() && asked.compareTo(most.get()) > 0) {
            throw new RejectedJobException("the queue %s allows a walltime of %s at most, the request asks for %s"
                    .formatted(queue.get().name(), most.get(), asked));
        }
    }

    private void checkSlots(JobRequest request) {
        Optional<QueueSettings> queue = queueOf(request);
        OptionalInt most = queue.map(QueueSettings::maxSlots).orElse(OptionalInt.empty());
        if (queue.isPresent() && most.isPresent() && request.slots() > most.getAsInt()) {
            throw new RejectedJobException("the queue %s allows %d slots at most, the request asks for %d"
                    .formatted(queue.get().name(), most.getAsInt(), request.slots()));
        }
    }

    private static void checkGpuType(JobRequest request) {
        if (request.gpuType().isPresent()) {
            throw new RejectedJobException("the local cluster knows no types of GPUs, the request asks for '%s'"
                    .formatted(request.gpuType().get()));
        }
    }

    private static void checkNativeOptions(JobRequest request) {
        if (request.nativeOptions().containsKey("local")) {
            throw new RejectedJobException("the local cluster has no native options, the request has "
                    + request.nativeOptions().get("local"));
        }
    }

    /** The fields to blame if a request is larger than the cluster. */
    private List<String> tooLarge(JobRequest request) {
        Map<String, Boolean> blame = new LinkedHashMap<>();
        blame.put("nodes", request.nodes() > settings.nodes());
        blame.put("memoryPerNodeBytes", request.memoryPerNodeBytes().orElse(0) > settings.memoryBytes());
        blame.put("gpusPerNode", request.gpusPerNode() > settings.gpus());
        blame.put("cpusPerTask", request.cpusPerTask() > settings.slots());
        blame.values().removeIf(isTooLarge -> !isTooLarge);
        return blame.isEmpty() ? List.of("tasks") : List.copyOf(blame.keySet());
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

    private static void checkScript(JobRequest request) {
        if (request.payload() instanceof Payload.ScriptFile script) {
            checkScript(request, script);
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
