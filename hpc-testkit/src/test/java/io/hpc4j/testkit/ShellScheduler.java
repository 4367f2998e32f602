package io.hpc4j.testkit;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.UnreadableOutputException;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.command.ShellQuoting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A scheduler made of shell scripts with files as its database, and the backend that drives them by commands, as one
 * for Slurm does. Trouble comes when a test asks for it.
 */
final class ShellScheduler implements SchedulerBackendProvider {

    static final String OWNER = "ada";
    static final String NODE = "cn07";

    private static final List<String> PROGRAMS = List.of("trouble", "sh_submit", "sh_status", "sh_history", "sh_find");

    private final String bin;
    private final String database;
    private final Duration timeout;
    private volatile ClusterUri uri = ClusterUri.parse("shell:");

    /** A scheduler whose files are elsewhere, or nowhere, as when its commands are replayed. */
    ShellScheduler(String bin, String database, Duration timeout) {
        this.bin = bin;
        this.database = database;
        this.timeout = timeout;
    }

    /** A scheduler that runs, in a folder. */
    static ShellScheduler install(Path folder, Duration timeout) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path database = Files.createDirectories(folder.resolve("db"));
        for (String program : PROGRAMS) {
            try (InputStream in = ShellScheduler.class.getResourceAsStream("shell/" + program)) {
                Files.write(
                        bin.resolve(program),
                        Objects.requireNonNull(in, program).readAllBytes());
            }
            Files.setPosixFilePermissions(bin.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(database.resolve("owner"), OWNER + "\n");
        Files.writeString(database.resolve("node"), NODE + "\n");
        return new ShellScheduler(bin.toString(), database.toString(), timeout);
    }

    /** Adds what goes wrong with the next calls of a program, one word per call; {@code fine} is no trouble. */
    void trouble(String program, String... words) {
        try {
            Files.writeString(
                    Path.of(database, "trouble." + program),
                    String.join("\n", words) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many calls of a program are still to have trouble. */
    int troubles(String program) {
        try {
            return Files.readAllLines(Path.of(database, "trouble." + program)).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String id() {
        return "shell";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        uri = context.uri();
        return new ShellBackend(context);
    }

    /** The address that it was opened with last. */
    ClusterUri uri() {
        return uri;
    }

    private final class ShellBackend implements SchedulerBackend {

        private final BackendContext context;

        private ShellBackend(BackendContext context) {
            this.context = context;
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.FIND_BY_KEY);
        }

        private CommandResult run(String stdin, String... words) {
            CommandResult result = context.transport()
                    .run(CommandLine.of(List.of(words))
                            .withStdin(stdin)
                            .withTimeout(timeout)
                            .withEnvironment("PATH", bin + ":/usr/bin:/bin")
                            .withEnvironment("SHELL_BIN", bin)
                            .withEnvironment("SHELL_DB", database));
            if (!result.isSuccess()) {
                throw new BackendUnavailableException(
                        "%s: %s".formatted(words[0], result.stderr().strip()));
            }
            return result;
        }

        @Override
        public JobId submit(JobRequest request) {
            if (!(request.payload() instanceof Payload.Command command)) {
                throw new RejectedJobException("shell: runs commands, not scripts");
            }
            StringBuilder script = new StringBuilder();
            request.environment().forEach((k, v) -> script.append("export " + k + "=" + ShellQuoting.quote(v) + "\n"));
            script.append("exec ")
                    .append(ShellQuoting.join(command.arguments()))
                    .append('\n');
            String out = run(
                            script.toString(),
                            "sh_submit",
                            "--key",
                            request.key().orElseThrow(),
                            "--name",
                            request.nameOrDefault())
                    .stdout();
            return JobId.of(out.strip().substring("Submitted job ".length()));
        }

        @Override
        public Map<JobId, Job> statusOf(Collection<JobId> ids) {
            Map<JobId, Job> jobs = new HashMap<>();
            for (String[] fields : lines("sh_status", ids, 5)) {
                JobId id = JobId.of(fields[0]);
                jobs.put(
                        id,
                        Job.builder(id, JobState.RUNNING)
                                .owner(fields[2])
                                .nodes(List.of(fields[3]))
                                .name(fields[4])
                                .build());
            }
            return jobs;
        }

        @Override
        public Map<JobId, Job> historyOf(Collection<JobId> ids) {
            Map<JobId, Job> jobs = new HashMap<>();
            for (String[] fields : lines("sh_history", ids, 4)) {
                JobId id = JobId.of(fields[0]);
                int code = Integer.parseInt(fields[1]);
                jobs.put(
                        id,
                        Job.builder(id, code == 0 ? JobState.COMPLETED : JobState.FAILED)
                                .owner(fields[2])
                                .key(fields[3])
                                .exitStatus(ExitStatus.ofCode(code))
                                .build());
            }
            return jobs;
        }

        private List<String[]> lines(String program, Collection<JobId> ids, int count) {
            String list = new TreeSet<>(ids).stream().map(JobId::nativeId).collect(Collectors.joining(","));
            List<String> lines = run("", program, list).stdout().lines().toList();
            return lines.stream()
                    .map(l -> {
                        String[] fields = l.split("\\|", -1);
                        if (fields.length != count) {
                            throw new UnreadableOutputException(
                                    program, lines.indexOf(l) + 1, count + " fields with | between", l);
                        }
                        return fields;
                    })
                    .toList();
        }

        @Override
        public Optional<JobId> findByKey(String key) {
            return run("", "sh_find")
                    .stdout()
                    .lines()
                    .filter(l -> l.endsWith("|" + key))
                    .map(l -> JobId.of(l.substring(0, l.indexOf('|'))))
                    .findFirst();
        }

        @Override
        public List<Job> list(JobQuery query) {
            return List.of();
        }

        @Override
        public void cancel(Collection<JobId> ids) {
            throw new UnsupportedOperationException("these jobs are short");
        }
    }
}
