package io.hpc4j.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job shall run, and with what. Made by {@link #command}, {@link #script} or {@link #scriptFile}; what is not
 * set is not asked for, and the scheduler's own default holds.
 *
 * <p>Paths of input and output may contain placeholders, the same for every scheduler: {@code %j} job id, {@code %A}
 * id of the array, {@code %a} index in the array, {@code %n} job name (a slash in it becomes an underscore), {@code %u}
 * user, {@code %%} a percent sign.
 *
 * <p>Every process of the job has in its environment {@code HPC_JOB_ID}, {@code HPC_JOB_NAME}, {@code HPC_NODE} and
 * {@code HPC_ATTEMPT} (from 1); in an array {@code HPC_ARRAY_ID} and {@code HPC_ARRAY_INDEX}; and, if started once per
 * task, {@code RANK}, {@code WORLD_SIZE}, {@code LOCAL_RANK}, {@code MASTER_ADDR} and {@code MASTER_PORT}.
 */
public final class JobRequest {

    /** A name longer than this is refused. */
    public static final int LONGEST_NAME = 200;

    static final int LONGEST_PATH = 4096;
    private static final int LONGEST_WORD = 256;
    private static final int LONGEST_KEY = 64;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern PLACEHOLDER = Pattern.compile("%([^jAanu%]|$)");

    /** How often a job's program is started. */
    public enum Launch {
        /** Once, on the first node of the job. */
        ONCE,
        /** Once per task, on all nodes of the job, each with its {@code RANK}. */
        PER_TASK
    }

    /** What a mail may be sent about. */
    public enum MailEvent {
        /** The job has started. */
        BEGIN,
        /** The job has ended, whatever the end. */
        END,
        /** The job has ended without success. */
        FAIL
    }

    /**
     * Where to write about a job.
     *
     * @param address one mail address
     * @param events what to write about; not empty
     */
    public record Mail(String address, Set<MailEvent> events) {
        /**
         * Copies the events.
         *
         * @throws IllegalArgumentException if the address is not one word with an at sign, or there is no event
         */
        public Mail {
            Text.word("a mail address", address, LONGEST_WORD);
            if (address.indexOf('@') < 1 || address.indexOf(' ') >= 0) {
                throw new IllegalArgumentException(
                        "a mail address looks like ada@example.org, was " + Text.quoted(address));
            }
            events = Set.copyOf(events);
            if (events.isEmpty()) {
                throw new IllegalArgumentException(
                        "mail needs at least one event of " + EnumSet.allOf(MailEvent.class));
            }
        }
    }

    private final Payload payload;
    private final Optional<Launch> launch;
    private final Optional<String> name;
    private final Optional<String> workingDirectory;
    private final int nodes;
    private final int tasks;
    private final int cpusPerTask;
    private final long memoryPerNodeBytes;
    private final int gpusPerNode;
    private final Optional<String> gpuType;
    private final Optional<Duration> walltime;
    private final Optional<String> queue;
    private final Optional<String> account;
    private final Map<String, String> environment;
    private final List<String> modules;
    private final Optional<String> stdin;
    private final Optional<String> stdout;
    private final Optional<String> stderr;
    private final Optional<Mail> mail;
    private final List<Dependency> dependencies;
    private final Optional<Instant> beginAt;
    private final OptionalInt priority;
    private final boolean exclusive;
    private final boolean held;
    private final Map<JobState, Integer> retries;
    private final Map<String, List<String>> nativeOptions;
    private final Optional<String> key;
    private final Map<String, String> labels;

    private JobRequest(Builder b) {
        payload = b.payload;
        launch = Optional.ofNullable(b.launch);
        name = Optional.ofNullable(b.name);
        workingDirectory = Optional.ofNullable(b.workingDirectory);
        nodes = b.nodes;
        tasks = b.tasks;
        cpusPerTask = b.cpusPerTask;
        memoryPerNodeBytes = b.memoryPerNodeBytes;
        gpusPerNode = b.gpusPerNode;
        gpuType = Optional.ofNullable(b.gpuType);
        walltime = Optional.ofNullable(b.walltime);
        queue = Optional.ofNullable(b.queue);
        account = Optional.ofNullable(b.account);
        environment = b.environment.isEmpty() ? Map.of() : Map.copyOf(b.environment);
        modules = List.copyOf(b.modules);
        stdin = Optional.ofNullable(b.stdin);
        stdout = Optional.ofNullable(b.stdout);
        stderr = Optional.ofNullable(b.stderr);
        mail = Optional.ofNullable(b.mail);
        dependencies = List.copyOf(b.dependencies);
        beginAt = Optional.ofNullable(b.beginAt);
        priority = b.priority;
        exclusive = b.exclusive;
        held = b.held;
        retries = b.retries.isEmpty() ? Map.of() : Map.copyOf(b.retries);
        nativeOptions = b.nativeOptions.isEmpty() ? Map.of() : copyOfLists(b.nativeOptions);
        key = Optional.ofNullable(b.key);
        labels = b.labels.isEmpty() ? Map.of() : Map.copyOf(b.labels);
    }

    private static Map<String, List<String>> copyOfLists(Map<String, List<String>> lists) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        lists.forEach((k, v) -> copy.put(k, List.copyOf(v)));
        return Map.copyOf(copy);
    }

    /** Begins a request for a program with arguments, which no shell will see; see {@link Payload.Command}. */
    public static Builder command(String program, String... arguments) {
        List<String> all = new ArrayList<>();
        all.add(program);
        all.addAll(List.of(arguments));
        return of(new Payload.Command(all));
    }

    /** Begins a request for a program with arguments, which no shell will see; see {@link Payload.Command}. */
    public static Builder command(List<String> programAndArguments) {
        return of(new Payload.Command(programAndArguments));
    }

    /** Begins a request for a script given as text; see {@link Payload.ScriptText}. */
    public static Builder script(String text) {
        return of(new Payload.ScriptText(text));
    }

    /** Begins a request for a script that is a file on the cluster; see {@link Payload.ScriptFile}. */
    public static Builder scriptFile(String path, String... arguments) {
        return of(new Payload.ScriptFile(path, List.of(arguments)));
    }

    /** Begins a request for a payload of any kind. */
    public static Builder of(Payload payload) {
        return new Builder(payload);
    }

    /** A builder that begins with everything this request has. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The same request with this key. */
    public JobRequest withKey(String key) {
        return toBuilder().key(key).build();
    }

    /** What the job runs. */
    public Payload payload() {
        return payload;
    }

    /** How often the program is started; unless set, a command once per task and a script once. */
    public Launch launch() {
        return launch.orElse(payload instanceof Payload.Command ? Launch.PER_TASK : Launch.ONCE);
    }

    /** The job's name as it was set. */
    public Optional<String> name() {
        return name;
    }

    /** The job's name as it was set, or else the last part of the program's or script's path. */
    public String nameOrDefault() {
        return name.orElseGet(() -> {
            String path = payload instanceof Payload.Command c
                    ? c.arguments().get(0)
                    : payload instanceof Payload.ScriptFile f ? f.path() : "script";
            String last = CONTROL.matcher(path.substring(path.lastIndexOf('/') + 1))
                    .replaceAll("_")
                    .strip();
            return last.isEmpty() ? "job" : last.substring(0, Math.min(last.length(), LONGEST_NAME));
        });
    }

    /** Where the job runs; if empty, where the backend says (this process's directory, or the user's home over SSH). */
    public Optional<String> workingDirectory() {
        return workingDirectory;
    }

    /** The number of nodes; 1 unless set. */
    public int nodes() {
        return nodes;
    }

    /** The number of tasks over all nodes; unless set, one per node. */
    public int tasks() {
        return tasks == 0 ? nodes : tasks;
    }

    /** CPUs for each task; 1 unless set. */
    public int cpusPerTask() {
        return cpusPerTask;
    }

    /** CPUs over all tasks. */
    public int slots() {
        return Math.multiplyExact(tasks(), cpusPerTask);
    }

    /** Memory on each node, in bytes. */
    public OptionalLong memoryPerNodeBytes() {
        return memoryPerNodeBytes == 0 ? OptionalLong.empty() : OptionalLong.of(memoryPerNodeBytes);
    }

    /** GPUs on each node; 0 unless set. */
    public int gpusPerNode() {
        return gpusPerNode;
    }

    /** The kind of GPU, in the cluster's words. */
    public Optional<String> gpuType() {
        return gpuType;
    }

    /** The time after which the scheduler ends the job. */
    public Optional<Duration> walltime() {
        return walltime;
    }

    /** Where the job waits. */
    public Optional<String> queue() {
        return queue;
    }

    /** Who is charged. */
    public Optional<String> account() {
        return account;
    }

    /** Variables added to the job's environment. Nothing of this process's own environment goes with them. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Environment modules, loaded in this order before the program starts. */
    public List<String> modules() {
        return modules;
    }

    /** The file read as standard input, with placeholders; empty input if not set. */
    public Optional<String> stdin() {
        return stdin;
    }

    /** The file for standard output, with placeholders; the backend's own place if not set. */
    public Optional<String> stdout() {
        return stdout;
    }

    /** The file for standard error, with placeholders; the backend's own place if not set. */
    public Optional<String> stderr() {
        return stderr;
    }

    /** Mail to be sent. */
    public Optional<Mail> mail() {
        return mail;
    }

    /** All conditions on other jobs; each must hold. */
    public List<Dependency> dependencies() {
        return dependencies;
    }

    /** The job does not start before this. */
    public Optional<Instant> beginAt() {
        return beginAt;
    }

    /** Order within the queue, higher first, in the scheduler's own range. */
    public OptionalInt priority() {
        return priority;
    }

    /** Whether the job wants its nodes for itself. */
    public boolean exclusive() {
        return exclusive;
    }

    /** Whether the job is submitted on hold. */
    public boolean held() {
        return held;
    }

    /** For which ends the job is run again, and how many times at most for each. */
    public Map<JobState, Integer> retries() {
        return retries;
    }

    /**
     * Options in a scheduler's own words, by backend id; only those of the backend in use are handed on, as they are.
     */
    public Map<String, List<String>> nativeOptions() {
        return nativeOptions;
    }

    /** Makes the submission happen once: a second request with the same key is answered with the first one's job. */
    public Optional<String> key() {
        return key;
    }

    /** Words of the caller's own, kept with the job and found again by {@link JobQuery} where the backend can. */
    public Map<String, String> labels() {
        return labels;
    }

    /** Equal is what asks for the same: what was set to its default equals what was not set. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JobRequest r && parts().equals(r.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    /** Names what is asked for; no values of the environment, which may be secret. */
    @Override
    public String toString() {
        return "JobRequest[%s, %s, nodes %d, tasks %d, cpusPerTask %d]"
                .formatted(nameOrDefault(), payload.getClass().getSimpleName(), nodes, tasks(), cpusPerTask);
    }

    private List<Object> parts() {
        return List.of(
                payload,
                launch(),
                name,
                workingDirectory,
                nodes,
                tasks(),
                cpusPerTask,
                memoryPerNodeBytes,
                gpusPerNode,
                gpuType,
                walltime,
                queue,
                account,
                environment,
                modules,
                stdin,
                stdout,
                stderr,
                mail,
                dependencies,
                beginAt,
                priority,
                exclusive,
                held,
                retries,
                nativeOptions,
                key,
                labels);
    }

    /** Collects a request. For one thread. Each method checks its own argument, {@link #build} the whole. */
    public static final class Builder {

        private final Payload payload;
        private @Nullable Launch launch;
        private @Nullable String name;
        private @Nullable String workingDirectory;
        private int nodes = 1;
        private int tasks;
        private int cpusPerTask = 1;
        private long memoryPerNodeBytes;
        private int gpusPerNode;
        private @Nullable String gpuType;
        private @Nullable Duration walltime;
        private @Nullable String queue;
        private @Nullable String account;
        private Map<String, String> environment = Map.of();
        private List<String> modules = List.of();
        private @Nullable String stdin;
        private @Nullable String stdout;
        private @Nullable String stderr;
        private @Nullable Mail mail;
        private List<Dependency> dependencies = List.of();
        private @Nullable Instant beginAt;
        private OptionalInt priority = OptionalInt.empty();
        private boolean exclusive;
        private boolean held;
        private Map<JobState, Integer> retries = Map.of();
        private Map<String, List<String>> nativeOptions = Map.of();
        private @Nullable String key;
        private Map<String, String> labels = Map.of();

        private Builder(Payload payload) {
            this.payload = payload;
        }

        private Builder(JobRequest r) {
            payload = r.payload;
            launch = r.launch.orElse(null);
            name = r.name.orElse(null);
            workingDirectory = r.workingDirectory.orElse(null);
            nodes = r.nodes;
            tasks = r.tasks;
            cpusPerTask = r.cpusPerTask;
            memoryPerNodeBytes = r.memoryPerNodeBytes;
            gpusPerNode = r.gpusPerNode;
            gpuType = r.gpuType.orElse(null);
            walltime = r.walltime.orElse(null);
            queue = r.queue.orElse(null);
            account = r.account.orElse(null);
            environment = r.environment;
            modules = r.modules;
            stdin = r.stdin.orElse(null);
            stdout = r.stdout.orElse(null);
            stderr = r.stderr.orElse(null);
            mail = r.mail.orElse(null);
            dependencies = r.dependencies;
            beginAt = r.beginAt.orElse(null);
            priority = r.priority;
            exclusive = r.exclusive;
            held = r.held;
            retries = r.retries;
            nativeOptions = r.nativeOptions;
            key = r.key.orElse(null);
            labels = r.labels;
        }

        /** Chooses how often the program is started; by default a command once per task and a script once. */
        public Builder launch(Launch launch) {
            this.launch = Objects.requireNonNull(launch);
            return this;
        }

        /**
         * Names the job.
         *
         * @throws IllegalArgumentException if it is blank, longer than {@value #LONGEST_NAME}, or not one line
         */
        public Builder name(String name) {
            this.name = Text.word("a job's name", name, LONGEST_NAME);
            return this;
        }

        /**
         * Says where the job runs.
         *
         * @throws IllegalArgumentException if it is blank or not one line
         */
        public Builder workingDirectory(String path) {
            this.workingDirectory = Text.word("a working directory", path, LONGEST_PATH);
            return this;
        }

        /**
         * Asks for nodes; 1 unless set.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder nodes(int nodes) {
            this.nodes = atLeastOne("nodes", nodes);
            return this;
        }

        /**
         * Asks for tasks over all nodes; one per node unless set.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder tasks(int tasks) {
            this.tasks = atLeastOne("tasks", tasks);
            return this;
        }

        /**
         * Asks for CPUs for each task; 1 unless set.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder cpusPerTask(int cpus) {
            this.cpusPerTask = atLeastOne("cpusPerTask", cpus);
            return this;
        }

        /**
         * Asks for memory on each node, in bytes.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder memoryPerNodeBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("memoryPerNodeBytes must be at least 1, was " + bytes);
            }
            this.memoryPerNodeBytes = bytes;
            return this;
        }

        /**
         * Asks for GPUs on each node; 0, which is the default, asks for none.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder gpusPerNode(int gpus) {
            if (gpus < 0) {
                throw new IllegalArgumentException("gpusPerNode must be 0 or more, was " + gpus);
            }
            this.gpusPerNode = gpus;
            return this;
        }

        /** Asks for GPUs of a kind, in the cluster's words. */
        public Builder gpuType(String type) {
            this.gpuType = Text.word("a GPU type", type, LONGEST_WORD);
            return this;
        }

        /**
         * Limits the time the job may run.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder walltime(Duration walltime) {
            if (walltime.isZero() || walltime.isNegative()) {
                throw new IllegalArgumentException("walltime must be positive, was " + walltime);
            }
            this.walltime = walltime;
            return this;
        }

        /** Chooses the queue. */
        public Builder queue(String queue) {
            this.queue = Text.word("a queue's name", queue, LONGEST_WORD);
            return this;
        }

        /** Chooses who is charged. */
        public Builder account(String account) {
            this.account = Text.word("an account", account, LONGEST_WORD);
            return this;
        }

        /**
         * Adds a variable to the job's environment. The value arrives byte for byte.
         *
         * @throws IllegalArgumentException if the name is not letters, digits and underscores, or the value has NUL
         */
        public Builder environment(String variable, String value) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name has letters, digits and underscores, was " + Text.quoted(variable));
            }
            Text.withoutNul("the value of " + variable, value);
            environment = with(environment, variable, value);
            return this;
        }

        /** Adds variables, each as by {@link #environment(String, String)}. */
        public Builder environment(Map<String, String> variables) {
            variables.forEach(this::environment);
            return this;
        }

        /** Adds an environment module to load. */
        public Builder module(String module) {
            modules = with(modules, Text.word("a module", module, LONGEST_WORD));
            return this;
        }

        /** Reads standard input from a file; the path may contain placeholders. */
        public Builder stdin(String path) {
            this.stdin = path("stdin", path);
            return this;
        }

        /** Writes standard output to a file; the path may contain placeholders. */
        public Builder stdout(String path) {
            this.stdout = path("stdout", path);
            return this;
        }

        /** Writes standard error to a file; the path may contain placeholders and may be that of standard output. */
        public Builder stderr(String path) {
            this.stderr = path("stderr", path);
            return this;
        }

        /** Has mail sent. */
        public Builder mail(String address, MailEvent... events) {
            this.mail = new Mail(address, Set.of(events));
            return this;
        }

        /** Adds a condition on other jobs. */
        public Builder dependsOn(Dependency.Type type, JobId... jobs) {
            for (JobId job : jobs) {
                dependencies = with(dependencies, new Dependency(type, job));
            }
            return this;
        }

        /** Does not start the job before an instant. */
        public Builder beginAt(Instant instant) {
            this.beginAt = Objects.requireNonNull(instant);
            return this;
        }

        /** Orders the job within its queue, higher first, in the scheduler's own range. */
        public Builder priority(int priority) {
            this.priority = OptionalInt.of(priority);
            return this;
        }

        /** Wants the nodes for this job alone. */
        public Builder exclusive(boolean exclusive) {
            this.exclusive = exclusive;
            return this;
        }

        /** Submits the job on hold. */
        public Builder held(boolean held) {
            this.held = held;
            return this;
        }

        /**
         * Runs the job again after an end of this kind. Each run has its number in {@code HPC_ATTEMPT}, from 1.
         *
         * @param times how many times at most, 1 or more
         * @throws IllegalArgumentException if the state is none that a job without success ends in
         */
        public Builder retryOn(JobState end, int times) {
            if (!end.isEnded() || end == JobState.COMPLETED || end == JobState.CANCELLED || end == JobState.LOST) {
                throw new IllegalArgumentException(
                        "a job is run again after FAILED, TIMED_OUT, OUT_OF_MEMORY, NODE_FAILED or PREEMPTED, was "
                                + end);
            }
            Map<JobState, Integer> all = new EnumMap<>(JobState.class);
            all.putAll(retries);
            all.put(end, atLeastOne("retries", times));
            retries = all;
            return this;
        }

        /** Adds an option in the own words of one backend; other backends do not see it. */
        public Builder nativeOption(String backend, String option) {
            Text.oneLine("a native option", option);
            Map<String, List<String>> all = new LinkedHashMap<>(nativeOptions);
            all.merge(backend, List.of(option), (a, b) -> with(a, b.get(0)));
            nativeOptions = all;
            return this;
        }

        /**
         * Sets the key that makes the submission happen once.
         *
         * @throws IllegalArgumentException if it is not 1 to 64 letters, digits, dots, dashes and underscores
         */
        public Builder key(String key) {
            if (key.length() > LONGEST_KEY || !KEY.matcher(key).matches()) {
                throw new IllegalArgumentException(
                        "a key has 1 to 64 letters, digits, dots, dashes and underscores, was " + Text.quoted(key));
            }
            this.key = key;
            return this;
        }

        /** Adds a label. */
        public Builder label(String name, String value) {
            Text.word("a label's name", name, LONGEST_WORD);
            labels = with(labels, name, Text.oneLine("a label's value", value));
            return this;
        }

        /**
         * Makes the request.
         *
         * @throws IllegalArgumentException if the parts contradict each other
         */
        public JobRequest build() {
            int allTasks = tasks == 0 ? nodes : tasks;
            if (allTasks < nodes) {
                throw new IllegalArgumentException(
                        "%d tasks cannot occupy %d nodes; ask for at least a task per node".formatted(allTasks, nodes));
            }
            if ((long) allTasks * cpusPerTask > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "%d tasks of %d CPUs are more than any cluster has".formatted(allTasks, cpusPerTask));
            }
            if (gpuType != null && gpusPerNode == 0) {
                throw new IllegalArgumentException("gpuType '" + gpuType + "' without gpusPerNode asks for nothing");
            }
            return new JobRequest(this);
        }

        private static int atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be at least 1, was " + value);
            }
            return value;
        }

        private static String path(String what, String path) {
            Text.word(what, path, LONGEST_PATH);
            if (PLACEHOLDER.matcher(path.replace("%%", "")).find()) {
                throw new IllegalArgumentException(
                        "%s may contain %%j %%A %%a %%n %%u and %%%%, was %s".formatted(what, Text.quoted(path)));
            }
            return path;
        }

        private static <T> List<T> with(Collection<T> list, T item) {
            List<T> all = new ArrayList<>(list);
            all.add(item);
            return all;
        }

        private static Map<String, String> with(Map<String, String> map, String name, String value) {
            Map<String, String> all = new LinkedHashMap<>(map);
            all.put(name, value);
            return all;
        }
    }
}
