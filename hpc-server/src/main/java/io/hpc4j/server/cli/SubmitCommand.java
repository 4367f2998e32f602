package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.store.json.JobJson;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "submit",
        description = {
            "Submits a program with its arguments, or a script, and prints the job's id.",
            "A file that begins with #! or is called *.sh is a script, started once; anything else is a program,"
                    + " started once per task. No shell sees its arguments."
        },
        customSynopsis = {
            "hpc submit [OPTIONS] [--] PROGRAM [ARGUMENT...]",
            "hpc submit [OPTIONS] SCRIPT [ARGUMENT...]",
            "hpc submit [OPTIONS] --script FILE   (- for standard input)"
        },
        footer = {
            "",
            "Examples:",
            "  hpc submit hostname",
            "  hpc submit -n solver --tasks 8 --mem 4G --time 2h -- ./solver case.dat",
            "  hpc submit --nodes 3 --wait -- sh -c 'echo rank $RANK of $WORLD_SIZE'",
            "  id=$(hpc submit prepare.sh) && hpc submit --after-ok $id run.sh",
            "  hpc submit --array 1-10%%4 --stdout out.%%a -- sh -c 'echo $HPC_ARRAY_INDEX'",
            "  hpc submit --retry-on NODE_FAILED=2 ./long-run",
            "  printf '#!/bin/sh\\ndate\\n' | hpc submit --script -"
        })
final class SubmitCommand extends RequestCommand {

    @Option(
            names = {"-w", "--wait"},
            description = "Wait for the end; exit code 1 if it is not success.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "TIME", description = "With --wait: wait no longer than this.")
    private Optional<Duration> timeout = Optional.empty();

    @Option(names = "--json", description = "Print an object of JSON per job, each on a line.")
    private boolean json;

    SubmitCommand(Session session) {
        super(session);
    }

    @Override
    void check() {
        super.check();
        if (timeout.isPresent() && !wait) {
            throw new IllegalArgumentException("--timeout needs --wait");
        }
    }

    @Override
    int run(Cluster cluster) throws Exception {
        JobRequest request = request(cluster);
        List<JobHandle> handles =
                range().isPresent() ? cluster.submitArray(request, range().get()) : List.of(cluster.submit(request));
        if (!json) {
            session.print(idOf(cluster, handles).nativeId());
        } else if (!wait) {
            handles.forEach(h -> session.print(JobJson.toJson(h.job()).toString()));
        }
        session.around().out().flush();
        return wait ? Waiting.exitCode(Waiting.forAll(handles, timeout, this::ended)) : ExitCodes.OK;
    }

    /** Of an array its own id, which stands for all its tasks. */
    private JobId idOf(Cluster cluster, List<JobHandle> handles) {
        JobHandle first = handles.get(0);
        if (range().isEmpty()) {
            return first.id();
        }
        return first.job()
                .arrayId()
                .or(() -> cluster.find(first.id()).flatMap(Job::arrayId))
                .orElse(first.id());
    }

    private void ended(Job job) {
        if (json) {
            session.print(JobJson.toJson(job).toString());
        } else {
            session.tell(
                    "job " + new JobTable(new Paint(false), session.around().clock()).line(job));
        }
        session.around().out().flush();
    }
}
