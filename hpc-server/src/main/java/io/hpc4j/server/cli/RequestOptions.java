package io.hpc4j.server.cli;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code hpc submit} that say what a job shall have. */
final class RequestOptions {

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "The job's name.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = {"-C", "--workdir"},
            paramLabel = "DIR",
            description = "Where it runs; here unless given.")
    private Optional<String> workdir = Optional.empty();

    @Option(names = "--nodes", paramLabel = "N", description = "Nodes; 1 unless given.")
    private Optional<Integer> nodes = Optional.empty();

    @Option(names = "--tasks", paramLabel = "N", description = "Tasks over all nodes; one per node unless given.")
    private Optional<Integer> tasks = Optional.empty();

    @Option(names = "--cpus", paramLabel = "N", description = "CPUs for each task; 1 unless given.")
    private Optional<Integer> cpus = Optional.empty();

    @Option(names = "--mem", paramLabel = "SIZE", description = "Memory on each node: 512M, 4G.")
    private Optional<String> memory = Optional.empty();

    @Option(names = "--gpus", paramLabel = "[TYPE:]N", description = "GPUs on each node: 2, a100:2.")
    private Optional<String> gpus = Optional.empty();

    @Option(
            names = {"-t", "--time"},
            paramLabel = "TIME",
            description = "The walltime: 90s, 45m, 2h, 2:00:00.")
    private Optional<Duration> walltime = Optional.empty();

    @Option(names = "--queue", paramLabel = "QUEUE", description = "Where it waits.")
    private Optional<String> queue = Optional.empty();

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Who is charged.")
    private Optional<String> account = Optional.empty();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "K[=V]",
            description =
                    "A variable; without a value, that of this shell. Nothing else of this shell goes with the job.")
    private List<String> environment = new ArrayList<>();

    @Option(names = "--module", paramLabel = "MODULE", description = "An environment module to load.")
    private List<String> modules = new ArrayList<>();

    @Option(names = "--stdin", paramLabel = "FILE", description = "The file read as standard input.")
    private Optional<String> stdin = Optional.empty();

    @Option(
            names = {"-o", "--stdout"},
            paramLabel = "FILE",
            description =
                    "The file for standard output; %%j job id, %%A array id, %%a array index, %%n name, %%u user.")
    private Optional<String> stdout = Optional.empty();

    @Option(names = "--stderr", paramLabel = "FILE", description = "The file for standard error.")
    private Optional<String> stderr = Optional.empty();

    @Option(names = "--mail", paramLabel = "ADDRESS", description = "Send mail to this address.")
    private Optional<String> mail = Optional.empty();

    @Option(
            names = "--mail-on",
            split = ",",
            paramLabel = "EVENT",
            description = "About BEGIN, END, FAIL; END unless given.")
    private Set<JobRequest.MailEvent> mailOn = EnumSet.noneOf(JobRequest.MailEvent.class);

    @Option(names = "--after-ok", split = ",", paramLabel = "ID", description = "Start after these jobs completed.")
    private List<String> afterOk = new ArrayList<>();

    @Option(names = "--after-any", split = ",", paramLabel = "ID", description = "Start after these jobs ended.")
    private List<String> afterAny = new ArrayList<>();

    @Option(names = "--after-not-ok", split = ",", paramLabel = "ID", description = "Start after these jobs failed.")
    private List<String> afterNotOk = new ArrayList<>();

    @Option(names = "--after-start", split = ",", paramLabel = "ID", description = "Start after these jobs started.")
    private List<String> afterStart = new ArrayList<>();

    @Option(names = "--begin", paramLabel = "WHEN", description = "Do not start before: +1h, 18:30, 2026-03-01T08:00.")
    private Optional<String> begin = Optional.empty();

    @Option(names = "--priority", paramLabel = "N", description = "Order in the queue, higher first.")
    private Optional<Integer> priority = Optional.empty();

    @Option(names = "--exclusive", description = "No other job on its nodes.")
    private boolean exclusive;

    @Option(names = "--hold", description = "Wait until released by hpc release.")
    private boolean hold;

    @Option(
            names = "--retry-on",
            paramLabel = "STATE[=N]",
            description = "Run again after FAILED, TIMED_OUT, OUT_OF_MEMORY, NODE_FAILED or PREEMPTED, up to N times.")
    private List<String> retries = new ArrayList<>();

    @Option(
            names = "--launch",
            paramLabel = "HOW",
            description = "Start the program once or per-task; a command per task, a script once unless given.")
    private Optional<String> launch = Optional.empty();

    @Option(
            names = "--native",
            paramLabel = "BACKEND=OPTION",
            description = "An option in one scheduler's own words: slurm=--qos=high.")
    private List<String> nativeOptions = new ArrayList<>();

    @Option(names = "--key", paramLabel = "KEY", description = "Submit once: the same key again gives the same job.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--label", paramLabel = "K=V", description = "A label, found again by hpc jobs --label.")
    private Map<String, String> labels = new LinkedHashMap<>();

    boolean hasName() {
        return name.isPresent();
    }

    Optional<String> workdir() {
        return workdir;
    }

    /** Sets everything that was given, except the working directory. */
    void apply(JobRequest.Builder to, Surroundings around) {
        name.ifPresent(to::name);
        nodes.ifPresent(to::nodes);
        tasks.ifPresent(to::tasks);
        cpus.ifPresent(to::cpusPerTask);
        memory.ifPresent(m -> to.memoryPerNodeBytes(Quantities.bytes(m)));
        gpus.ifPresent(g -> gpus(g, to));
        walltime.ifPresent(to::walltime);
        queue.ifPresent(to::queue);
        account.ifPresent(to::account);
        environment.forEach(e -> variable(e, to, around.env()));
        modules.forEach(to::module);
        stdin.ifPresent(to::stdin);
        stdout.ifPresent(to::stdout);
        stderr.ifPresent(to::stderr);
        mail.ifPresent(m -> to.mail(m, mailEvents()));
        if (mail.isEmpty() && !mailOn.isEmpty()) {
            throw new IllegalArgumentException("--mail-on says when, --mail ADDRESS must say where to");
        }
        depend(to, Dependency.Type.AFTER_OK, afterOk);
        depend(to, Dependency.Type.AFTER_ANY, afterAny);
        depend(to, Dependency.Type.AFTER_NOT_OK, afterNotOk);
        depend(to, Dependency.Type.AFTER_START, afterStart);
        begin.ifPresent(b -> to.beginAt(Quantities.instant(b, around.clock())));
        priority.ifPresent(to::priority);
        to.exclusive(exclusive).held(hold);
        retries.forEach(r -> retry(r, to));
        launch.ifPresent(l -> to.launch(launch(l)));
        nativeOptions.forEach(n -> nativeOption(n, to));
        key.ifPresent(to::key);
        labels.forEach(to::label);
    }

    private JobRequest.MailEvent[] mailEvents() {
        return mailOn.isEmpty()
                ? new JobRequest.MailEvent[] {JobRequest.MailEvent.END}
                : mailOn.toArray(JobRequest.MailEvent[]::new);
    }

    private static void depend(JobRequest.Builder to, Dependency.Type type, List<String> ids) {
        ids.forEach(id -> to.dependsOn(type, JobId.of(id)));
    }

    private static void gpus(String text, JobRequest.Builder to) {
        int colon = text.lastIndexOf(':');
        to.gpusPerNode(number("--gpus", text.substring(colon + 1)));
        if (colon >= 0) {
            to.gpuType(text.substring(0, colon));
        }
    }

    private static void variable(String text, JobRequest.Builder to, Map<String, String> env) {
        int equals = text.indexOf('=');
        if (equals >= 0) {
            to.environment(text.substring(0, equals), text.substring(equals + 1));
            return;
        }
        String value = env.get(text);
        if (value == null) {
            throw new IllegalArgumentException("--env " + text + ": this shell exports no such variable");
        }
        to.environment(text, value);
    }

    private static void retry(String text, JobRequest.Builder to) {
        int equals = text.indexOf('=');
        String state = (equals < 0 ? text : text.substring(0, equals)).toUpperCase(Locale.ROOT);
        int times = equals < 0 ? 1 : number("--retry-on", text.substring(equals + 1));
        for (JobState known : JobState.values()) {
            if (known.name().equals(state)) {
                to.retryOn(known, times);
                return;
            }
        }
        throw new IllegalArgumentException("--retry-on looks like NODE_FAILED=2, was '" + text + "'");
    }

    private static JobRequest.Launch launch(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "once" -> JobRequest.Launch.ONCE;
            case "per-task" -> JobRequest.Launch.PER_TASK;
            default -> throw new IllegalArgumentException("--launch is once or per-task, was '" + text + "'");
        };
    }

    private static void nativeOption(String text, JobRequest.Builder to) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--native looks like slurm=--qos=high, was '" + text + "'");
        }
        to.nativeOption(text.substring(0, equals), text.substring(equals + 1));
    }

    private static int number(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a whole number, was '" + text + "'", e);
        }
    }
}
