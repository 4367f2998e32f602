package io.hpc4j.store;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.store.json.RequestJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job as one value of JSON, in the same form for all schedulers: what was asked for, where it ran, how it
 * ended, what it used. A digest of its canonical form (RFC 8785, see the module's page) shows whether it was changed since.
 * The digest shows accidents and careless edits; whoever means harm can compute it anew.
 *
 * <p>Where the request is known, the values of its environment are part of the record, and may be secret. The address of the
 * cluster is without its settings.
 */
public final class JobRecord {

    private static final String DIGEST = "digest";
    private static final String FORMAT = "record";
    private static final int NEWEST = 1;

    private final JsonObject json;

    private JobRecord(JsonObject json) {
        this.json = json;
    }

    /**
     * Makes the record of an end.
     *
     * @param request what was asked for, if anybody knows it
     * @throws IllegalArgumentException if the job's end is not {@linkplain Job#isFinal final}
     */
    public static JobRecord of(ClusterUri cluster, Optional<JobRequest> request, Job job) {
        if (!job.isFinal()) {
            throw new IllegalArgumentException(
                    "job %s is %s; there is a record only of an end".formatted(job.id(), job.state()));
        }
        JsonObject json = new JsonObject()
                .put(FORMAT, NEWEST)
                .put("backend", cluster.backend())
                .put("cluster", cluster.toString())
                .put("request", request.map(RequestJson::toJson))
                .put("payloadDigest", request.map(r -> digest(r.payload())))
                .put("job", JobJson.toJson(job));
        return new JobRecord(json.put(DIGEST, digest(json.canonical())));
    }

    /**
     * Reads what {@link #write} wrote; fields of later versions are kept. Whether it was changed since, {@link #verify} says.
     *
     * @throws IllegalArgumentException if it is no record, or one that only later versions know
     */
    public static JobRecord parse(String text) {
        JsonObject json = JsonObject.parse(text);
        long format =
                json.number(FORMAT).orElseThrow(() -> new IllegalArgumentException("this JSON is no record of a job"));
        if (format > NEWEST) {
            throw new IllegalArgumentException(
                    "this record has format %d, which a later version of HPC4J wrote; this one reads up to %d"
                            .formatted(format, NEWEST));
        }
        JobRecord record = new JobRecord(json);
        record.job();
        record.request();
        json.text("cluster");
        json.text("backend");
        return record;
    }

    /** The record on one line, in its canonical form: the same record is always the same text. */
    public String write() {
        return json.canonical();
    }

    /** Whether the digest is there and is that of what the record says. */
    public boolean verify() {
        return json.string(DIGEST)
                .filter(digest(json.without(DIGEST).canonical())::equals)
                .isPresent();
    }

    /** The address of the cluster that ran the job, without its settings. */
    public String cluster() {
        return json.text("cluster");
    }

    /** The id of the backend, such as {@code slurm}. */
    public String backend() {
        return json.text("backend");
    }

    /** What was asked for, if it was known. */
    public Optional<JobRequest> request() {
        return json.object("request").map(RequestJson::fromJson);
    }

    /**
     * What ran, as {@code sha256:} and hexadecimal digits: of a script's text as {@code sha256sum} prints it, else of the
     * command, or the script's path, with its arguments.
     */
    public Optional<String> payloadDigest() {
        return json.string("payloadDigest");
    }

    /** The job as it ended. */
    public Job job() {
        return json.object("job")
                .map(JobJson::fromJson)
                .orElseThrow(() -> new IllegalArgumentException("this record has no job"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JobRecord r && write().equals(r.write());
    }

    @Override
    public int hashCode() {
        return write().hashCode();
    }

    /** The job in a line; nothing of the environment. */
    @Override
    public String toString() {
        return "JobRecord[%s, %s]".formatted(cluster(), job());
    }

    private static String digest(Payload payload) {
        if (payload instanceof Payload.ScriptText script) {
            return digest(script.text());
        }
        JsonObject words = new JsonObject();
        if (payload instanceof Payload.Command command) {
            words.put("command", command.arguments());
        } else if (payload instanceof Payload.ScriptFile file) {
            words.put("scriptFile", file.path()).put("arguments", file.arguments());
        }
        return digest(words.canonical());
    }

    private static String digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
