package io.hpc4j.local;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the orders to nodes to start the processes of a job. */
final class UnitStarts {

    private final StateFolder folder;
    private final LocalSettings settings;
    private final Environments environments;
    private final OutputPaths paths;

    UnitStarts(StateFolder folder, LocalSettings settings, Environments environments) {
        this.folder = folder;
        this.settings = settings;
        this.environments = environments;
        this.paths = new OutputPaths(folder);
    }

    /** A port that is free now, for the ranks of a job to find each other; 0 for a job that needs none. */
    static int portFor(LocalJob job) {
        if (job.tasks() == 1) {
            return 0;
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Keeps the text of a script that came with a request. */
    void writeScript(String job, String text) throws IOException {
        Path script = folder.script(job);
        try {
            Files.deleteIfExists(script);
            Files.createFile(
                    script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(script, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            removeScript(job);
            throw e;
        }
    }

    void removeScript(String job) {
        try {
            Files.deleteIfExists(folder.script(job));
        } catch (IOException e) {
            // It is removed when the cluster is opened the next time.
            return;
        }
    }

    /** Makes the folders that a run writes into, and empties files of earlier jobs that its processes will share. */
    void prepare(Run run) throws IOException {
        if (run.isPrepared) {
            return;
        }
        String stdout = paths.stdout(run.job);
        String stderr = paths.stderr(run.job);
        if (run.job.request.stdout().isPresent()) {
            makeParent(stdout);
        }
        if (run.job.request.stderr().isPresent()) {
            makeParent(stderr);
        }
        if (run.units.size() > 1 && run.attempt == 1) {
            empty(stdout);
            empty(stderr);
        }
        if (!run.job.request.retries().isEmpty()) {
            Files.createDirectories(folder.checkpoints(run.job.id.nativeId()));
        }
        run.isPrepared = true;
    }

    private static void makeParent(String file) throws IOException {
        Path parent = Path.of(file).getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
    }

    private static void empty(String file) throws IOException {
        Path path = Path.of(file);
        if (Files.isRegularFile(path)) {
            Files.newByteChannel(path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))
                    .close();
        }
    }

    UnitStart of(Unit unit) {
        Run run = unit.run;
        LocalJob job = run.job;
        return new UnitStart(
                unit.name,
                command(job),
                environment(unit),
                job.request.workingDirectory().orElse("/"),
                paths.stdin(job),
                Optional.of(paths.stdout(job)),
                Optional.of(paths.stderr(job)),
                run.units.size() > 1 || run.attempt > 1,
                OptionalInt.empty(),
                job.walltimeMillis() == Long.MAX_VALUE
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(job.walltimeMillis())),
                settings.grace(),
                job.memoryPerNode());
    }

    private List<String> command(LocalJob job) {
        Payload payload = job.request.payload();
        if (payload instanceof Payload.Command command) {
            return command.arguments();
        }
        if (payload instanceof Payload.ScriptFile file) {
            List<String> words = new ArrayList<>();
            words.add(Admission.scriptFile(job.request, file).toString());
            words.addAll(file.arguments());
            return words;
        }
        String id = job.array == null ? job.id.nativeId() : job.array.id.nativeId();
        return List.of(folder.script(id).toString());
    }

    private Map<String, String> environment(Unit unit) {
        Run run = unit.run;
        LocalJob job = run.job;
        JobRequest request = job.request;
        Map<String, String> all = new HashMap<>(64);
        all.putAll(environments.get(job.environment));
        all.putAll(request.environment());
        all.put("RANK", Integer.toString(unit.rank));
        all.put("WORLD_SIZE", Integer.toString(run.units.size()));
        all.put("LOCAL_RANK", Integer.toString(unit.localRank));
        all.put("LOCAL_WORLD_SIZE", Integer.toString(unit.localSize));
        all.put("MASTER_ADDR", "127.0.0.1");
        all.put("HPC_JOB_ID", job.id.nativeId());
        all.put("HPC_JOB_NAME", request.nameOrDefault());
        all.put("HPC_NODE", LocalSettings.nodeName(unit.node));
        all.put("HPC_NODELIST", nodeList(run.placement));
        all.put("HPC_TASKS", Integer.toString(request.tasks()));
        all.put("HPC_CPUS_PER_TASK", Integer.toString(request.cpusPerTask()));
        all.put("HPC_ATTEMPT", Integer.toString(run.attempt));
        if (run.port > 0) {
            all.put("MASTER_PORT", Integer.toString(run.port));
        }
        if (!request.retries().isEmpty()) {
            all.put("HPC_CHECKPOINT_DIR", folder.checkpoints(job.id.nativeId()).toString());
        }
        if (job.array != null) {
            all.put("HPC_ARRAY_ID", job.array.id.nativeId());
            all.put("HPC_ARRAY_INDEX", Integer.toString(job.index));
        }
        gpus(unit).ifPresent(gpus -> {
            all.put("HPC_GPUS", gpus);
            all.put("CUDA_VISIBLE_DEVICES", gpus);
        });
        return all;
    }

    private static Optional<String> gpus(Unit unit) {
        Run run = unit.run;
        for (int i = 0; i < run.gpus.size(); i++) {
            if (run.placement.node(i) == unit.node) {
                return Optional.of(IntStream.of(run.gpus.get(i))
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",")));
            }
        }
        return Optional.empty();
    }

    static String nodeList(Placement placement) {
        return IntStream.range(0, placement.size())
                .mapToObj(i -> LocalSettings.nodeName(placement.node(i)))
                .collect(Collectors.joining(","));
    }
}
