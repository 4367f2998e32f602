package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = "Prints what a job has written.",
        footer = {"", "Examples:", "  hpc logs 12", "  hpc logs -f 12", "  hpc logs --stderr -n 20 12"})
final class LogsCommand extends ClusterCommand {

    private static final Duration LOOK_HERE = Duration.ofMillis(100);
    private static final Duration LOOK_AFAR = Duration.ofSeconds(1);

    @Parameters(paramLabel = "ID", description = "A job, or a task of an array.")
    private String id = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on as it writes more, until it ends.")
    private boolean follow;

    @Option(names = "--stderr", description = "Standard error instead of standard output.")
    private boolean stderr;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "Begin with the last N lines.")
    private Optional<Integer> lines = Optional.empty();

    LogsCommand(Session session) {
        super(session);
    }

    @Override
    void check() {
        if (lines.filter(n -> n < 0).isPresent()) {
            throw new IllegalArgumentException("--lines must be 0 or more, was " + lines.get());
        }
    }

    @Override
    int run(Cluster cluster) throws InterruptedException {
        List<Job> jobs = JobSelection.find(cluster, List.of(id));
        if (jobs.size() > 1) {
            throw new IllegalArgumentException("%s is an array of %d jobs; name one of them, as %s"
                    .formatted(id, jobs.size(), jobs.get(0).id()));
        }
        JobHandle handle = cluster.attach(jobs.get(0).id());
        LogTail tail = new LogTail(cluster.files(), session.around().out());
        Job job = follow ? follow(cluster, handle, tail) : handle.job();
        if (!tail.copy(path(job), lines) && !follow) {
            session.tell("job %s is %s and has written nothing".formatted(job.id(), job.state()));
        }
        if (follow && !job.isSuccess()) {
            session.tell(
                    "job " + new JobTable(new Paint(false), session.around().clock()).line(job));
        }
        return ExitCodes.OK;
    }

    private Job follow(Cluster cluster, JobHandle handle, LogTail tail) throws InterruptedException {
        Duration look = cluster.uri().host().isPresent() ? LOOK_AFAR : LOOK_HERE;
        while (true) {
            try {
                return handle.await(look);
            } catch (TimeoutException e) {
                Optional<String> path =
                        stderr ? handle.job().stderr() : handle.job().stdout();
                if (path.isPresent()) {
                    tail.copy(path.get(), lines);
                }
                if (session.around().out().checkError()) {
                    return handle.job();
                }
            }
        }
    }

    private String path(Job job) {
        Optional<String> path = stderr ? job.stderr() : job.stdout();
        return path.orElseThrow(() -> new HpcException(
                "the scheduler does not tell where job %s (%s) writes to".formatted(job.id(), job.state())));
    }
}
