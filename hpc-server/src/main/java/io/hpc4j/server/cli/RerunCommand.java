package io.hpc4j.server.cli;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.store.JobRecord;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.store.json.RequestJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rerun",
        description = {
            "Submits the request of a record again, on any cluster, and prints the new job's id.",
            "The new job has a key of its own and the label rerun-of. Conditions on the jobs of then, and the instant to"
                    + " begin at, are left out."
        },
        footer = {
            "",
            "Examples:",
            "  hpc record 12 | hpc rerun -",
            "  hpc rerun record.json --dry-run",
            "  hpc --cluster slurm: rerun record.json"
        })
final class RerunCommand implements Callable<Integer> {

    /** What belongs to the time of the record and means nothing later. */
    private static final List<String> PAST = List.of("dependencies", "beginAt");

    private final Session session;

    @Parameters(paramLabel = "FILE", description = "A record that hpc record wrote; - for standard input.")
    private String file = "";

    @Option(names = "--force", description = "Submit it although it was changed since it was written.")
    private boolean force;

    @Option(names = "--dry-run", description = "Print the request as JSON and submit nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the new job as an object of JSON.")
    private boolean json;

    RerunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        JobRecord record = JobRecord.parse(text());
        if (!record.verify()) {
            checkForce();
        }
        JobRequest request = again(record);
        if (dryRun) {
            session.print(RequestJson.write(request));
            return ExitCodes.OK;
        }
        try (Cluster cluster = session.open()) {
            JobHandle job = submit(cluster, request, record.job().arrayIndex());
            session.print(json ? JobJson.toJson(job.job()).toString() : job.id().nativeId());
        }
        return ExitCodes.OK;
    }

    private String text() throws IOException {
        if (file.equals("-")) {
            return new String(session.around().in().readAllBytes(), StandardCharsets.UTF_8);
        }
        Path path = session.around().workingDirectory().resolve(file);
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the record " + path + ": " + e, e);
        }
    }

    private void checkForce() {
        if (!force) {
            throw new IllegalArgumentException(
                    "the digest of %s does not hold: it was changed since it was written; look at it, then --force"
                            .formatted(file));
        }
        session.tell("the digest of %s does not hold; submitting what it says now".formatted(file));
    }

    /** The same request without its key and its past, and with a label that points at the first job. */
    private JobRequest again(JobRecord record) {
        JobRequest request = record.request()
                .orElseThrow(() -> new IllegalArgumentException("%s does not say what job %s was asked with"
                        .formatted(file, record.job().id())));
        JsonObject fields = RequestJson.toJson(request);
        if (!request.dependencies().isEmpty() || request.beginAt().isPresent()) {
            session.tell("left out, since it was for then: " + past(request));
        }
        for (String past : PAST) {
            fields = fields.without(past);
        }
        return RequestJson.fromJson(fields.without("key")).toBuilder()
                .label("rerun-of", record.cluster() + "#" + record.job().id())
                .build();
    }

    private static String past(JobRequest request) {
        List<String> words = new ArrayList<>();
        request.dependencies().forEach(d -> words.add(d.type() + " " + d.job()));
        request.beginAt().ifPresent(at -> words.add("begin at " + at));
        return String.join(", ", words);
    }

    /** A task of an array runs with its index again. */
    private static JobHandle submit(Cluster cluster, JobRequest request, OptionalInt index) {
        return index.isPresent()
                ? cluster.submitArray(request, ArrayRange.parse(Integer.toString(index.getAsInt())))
                        .get(0)
                : cluster.submit(request);
    }
}
