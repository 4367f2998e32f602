package io.hpc4j.store;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.store.json.RequestJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The rows of the jobs of one cluster, within one transaction. Writes are batches. */
final class JobRows {

    /** The state of a row without a snapshot. */
    static final String INTENT = "INTENT";

    /** The numbers of values in one question; few, so that the databases know the statements again. */
    private static final int[] CHUNKS = {1, 16, 256};

    private static final String SNAPSHOT_COLUMNS =
            "listed_at = :listed_at, submitted_at = :submitted_at, ended_at = :ended_at, final_at = :final_at,"
                    + " state = :state, owner = :owner, queue = :queue, name = :name, labels = :labels,"
                    + " snapshot = :snapshot";

    private final Handle handle;
    private final int cluster;

    JobRows(Handle handle, int cluster) {
        this.handle = handle;
        this.cluster = cluster;
    }

    /**
     * What is known of a row before it is changed.
     *
     * @param number the row's number
     * @param key its key, if it was recorded
     * @param nativeId the id of its job, if it has one
     * @param recordedAt when it was recorded
     * @param listedAt its place in lists
     * @param labels its labels, as the column has them
     * @param endedAttempt the attempt whose end was recorded last; 0 if none was
     * @param hasSnapshot whether there is a snapshot
     */
    record Known(
            long number,
            Optional<String> key,
            Optional<String> nativeId,
            Instant recordedAt,
            Instant listedAt,
            Optional<String> labels,
            int endedAttempt,
            boolean hasSnapshot) {

        private static final String COLUMNS = "job_number, job_key, native_id, recorded_at, listed_at, labels,"
                + " ended_attempt, snapshot is not null as has_snapshot";

        private static Known read(ResultSet row) throws SQLException {
            return new Known(
                    row.getLong("job_number"),
                    Optional.ofNullable(row.getString("job_key")),
                    Optional.ofNullable(row.getString("native_id")),
                    JobRow.instant(row, "recorded_at"),
                    JobRow.instant(row, "listed_at"),
                    Optional.ofNullable(row.getString("labels")),
                    row.getInt("ended_attempt"),
                    row.getBoolean("has_snapshot"));
        }
    }

    void insertIntents(Collection<JobRequest> requests, Instant at) {
        PreparedBatch batch = handle.prepareBatch("insert into hpc_job (cluster_id, job_key, recorded_at, listed_at,"
                + " state, request) values (:cluster, :job_key, :at, :at, '" + INTENT + "', :request)");
        for (JobRequest request : requests) {
            batch.bind("cluster", cluster)
                    .bind("job_key", Columns.text(request.key().orElseThrow()))
                    .bind("at", Columns.instant(at))
                    .bind("request", RequestJson.write(request))
                    .add();
        }
        execute(batch);
    }

    /** The rows with these keys, locked. */
    Map<String, Known> withKeys(Collection<String> keys) {
        return locked("job_key", keys);
    }

    /** The rows whose jobs have these ids now, locked. */
    Map<String, Known> withIds(Collection<String> ids) {
        return locked("current_id", ids);
    }

    private Map<String, Known> locked(String column, Collection<String> values) {
        Map<String, Known> found = new HashMap<>();
        List<String> rest = new ArrayList<>(values);
        while (!rest.isEmpty()) {
            int size = chunk(rest.size());
            List<String> asked = new ArrayList<>(rest.subList(0, Math.min(size, rest.size())));
            rest = rest.subList(asked.size(), rest.size());
            asked.addAll(Collections.nCopies(size - asked.size(), asked.get(0)));
            handle.createQuery("select " + column + " as wanted, " + Known.COLUMNS + " from hpc_job"
                            + " where cluster_id = :cluster and " + column + " in (<wanted>)"
                            + " order by cluster_id, " + column + " for update")
                    .bind("cluster", cluster)
                    .bindList("wanted", asked)
                    .map((row, context) -> Map.entry(row.getString("wanted"), Known.read(row)))
                    .forEach(e -> found.put(e.getKey(), e.getValue()));
        }
        return found;
    }

    private static int chunk(int wanted) {
        return IntStream.of(CHUNKS).filter(c -> c >= wanted).findFirst().orElse(CHUNKS[CHUNKS.length - 1]);
    }

    /** Writes snapshots of jobs, into their rows or, of jobs that have none, into new ones. */
    void write(Collection<Job> jobs) {
        Map<String, Job> next = new LinkedHashMap<>();
        for (Job job : jobs) {
            if (next.containsKey(id(job))) { // one after the other, since each may be an end
                writeOnce(next);
                next.clear();
            }
            next.put(id(job), job);
        }
        writeOnce(next);
    }

    private static String id(Job job) {
        return Columns.text(job.id().nativeId());
    }

    private void writeOnce(Map<String, Job> byId) {
        Map<String, Known> rows = withIds(byId.keySet().stream().sorted().toList());
        Map<String, Job> strays = new LinkedHashMap<>(byId);
        strays.keySet().removeAll(rows.keySet());
        if (!strays.isEmpty()) {
            insertStrays(strays.values());
            rows.putAll(withIds(strays.keySet()));
        }
        JobEnds ends = new JobEnds(handle, cluster);
        ends.keepSnapshots(rows.values());
        updateSnapshots(byId, rows);
        ends.record(byId, rows);
    }

    /** A job that nobody recorded counts as recorded when it was submitted. */
    private void insertStrays(Collection<Job> jobs) {
        PreparedBatch batch = handle.prepareBatch("insert into hpc_job (cluster_id, native_id, current_id, recorded_at,"
                + " listed_at, state) values (:cluster, :id, :id, :at, :at, :state)");
        for (Job job : jobs) {
            batch.bind("cluster", cluster)
                    .bind("id", id(job))
                    .bind("at", Columns.instant(job.submittedAt().orElse(Instant.EPOCH)))
                    .bind("state", job.state().name())
                    .add();
        }
        execute(batch);
    }

    private void updateSnapshots(Map<String, Job> byId, Map<String, Known> rows) {
        PreparedBatch batch =
                handle.prepareBatch("update hpc_job set " + SNAPSHOT_COLUMNS + " where job_number = :number");
        List<Labelled> relabelled = new ArrayList<>();
        List<Long> stale = new ArrayList<>();
        byId.forEach((id, job) -> {
            Known row = row(rows, id);
            Instant listedAt = job.submittedAt().orElse(row.recordedAt());
            bindSnapshot(batch.bind("number", row.number()), job, listedAt, row.recordedAt())
                    .add();
            boolean moved = !Columns.instant(listedAt).toInstant().equals(row.listedAt());
            Optional<String> labels = labels(job);
            if (!labels.equals(row.labels()) || (moved && labels.isPresent())) {
                row.labels().ifPresent(old -> stale.add(row.number()));
                relabelled.add(new Labelled(row.number(), job, listedAt));
            }
        });
        execute(batch);
        deleteLabels(stale);
        insertLabels(relabelled);
    }

    private static Known row(Map<String, Known> rows, String id) {
        return Optional.ofNullable(rows.get(id)).orElseThrow();
    }

    private static PreparedBatch bindSnapshot(PreparedBatch batch, Job job, Instant listedAt, Instant recordedAt) {
        Optional<Instant> finalAt = job.isFinal() ? Optional.of(job.endedAt().orElse(recordedAt)) : Optional.empty();
        return batch.bind("listed_at", Columns.instant(listedAt))
                .bindByType("submitted_at", Columns.instant(job.submittedAt()), OffsetDateTime.class)
                .bindByType("ended_at", Columns.instant(job.endedAt()), OffsetDateTime.class)
                .bindByType("final_at", Columns.instant(finalAt), OffsetDateTime.class)
                .bind("state", job.state().name())
                .bind("owner", Columns.text(job.owner()))
                .bind("queue", Columns.text(job.queue()))
                .bind("name", Columns.text(job.name()))
                .bind("labels", labels(job).orElse(null))
                .bind("snapshot", JobJson.write(job));
    }

    private static Optional<String> labels(Job job) {
        if (job.labels().isEmpty()) {
            return Optional.empty();
        }
        JsonObject all = new JsonObject();
        new TreeMap<>(job.labels()).forEach(all::put);
        return Optional.of(all.toString());
    }

    private record Labelled(long number, Job job, Instant listedAt) {}

    private void insertLabels(List<Labelled> labelled) {
        PreparedBatch batch =
                handle.prepareBatch("insert into hpc_job_label (job_number, label, label_value, cluster_id,"
                        + " listed_at) values (:number, :label, :label_value, :cluster, :listed_at)");
        labelled.forEach(l -> l.job()
                .labels()
                .forEach((label, value) -> batch.bind("number", l.number())
                        .bind("label", Columns.text(label))
                        .bind("label_value", Columns.text(value))
                        .bind("cluster", cluster)
                        .bind("listed_at", Columns.instant(l.listedAt()))
                        .add()));
        execute(batch);
    }

    private void deleteLabels(List<Long> numbers) {
        batch("delete from hpc_job_label where job_number = :number", numbers);
    }

    void delete(List<Long> numbers) {
        batch("delete from hpc_job where job_number = :number", numbers);
    }

    /** A later job has got the id of these. */
    void giveUpIds(List<Long> numbers) {
        batch("update hpc_job set current_id = null where job_number = :number", numbers);
    }

    private void batch(String sql, List<Long> numbers) {
        PreparedBatch batch = handle.prepareBatch(sql);
        numbers.forEach(number -> batch.bind("number", number).add());
        execute(batch);
    }

    void setIds(Map<Long, String> ids) {
        PreparedBatch batch =
                handle.prepareBatch("update hpc_job set native_id = :id, current_id = :id where job_number = :number");
        ids.forEach((number, id) -> batch.bind("number", number).bind("id", id).add());
        execute(batch);
    }

    /** Makes the row of a job, of which was heard before it was bound, the row of the key that was recorded. */
    void merge(Known recorded, long stray) {
        String request = find("job_key", recorded.key().orElseThrow())
                .flatMap(JobRow::request)
                .orElseThrow();
        delete(List.of(recorded.number()));
        handle.createUpdate("update hpc_job set job_key = :job_key, recorded_at = :at, request = :request,"
                        + " listed_at = coalesce(submitted_at, :at),"
                        + " final_at = case when final_at is null then null else coalesce(ended_at, :at) end"
                        + " where job_number = :number")
                .bind("job_key", recorded.key().orElseThrow())
                .bind("at", Columns.instant(recorded.recordedAt()))
                .bind("request", request)
                .bind("number", stray)
                .execute();
        handle.createUpdate("update hpc_job_label set listed_at = (select j.listed_at from hpc_job j"
                        + " where j.job_number = :number) where job_number = :number")
                .bind("number", stray)
                .execute();
    }

    /** Deletes the oldest that have ended and whose ends every listener has been told; their labels and ends go with them. */
    int forgetEnded(Instant endedBefore, int limit) {
        List<Long> numbers = handle.createQuery("select job_number from hpc_job where cluster_id = :cluster"
                        + " and final_at < :before and coalesce(last_end, 0) <= (select coalesce(min(told), "
                        + Long.MAX_VALUE + ") from hpc_listener where cluster_id = :cluster)"
                        + " order by cluster_id, final_at, job_number limit :most")
                .bind("cluster", cluster)
                .bind("before", Columns.instant(endedBefore))
                .bind("most", limit)
                .mapTo(Long.class)
                .list();
        delete(numbers);
        return numbers.size();
    }

    Optional<JobRow> find(String column, String value) {
        return handle.createQuery("select " + JobRow.COLUMNS + " from hpc_job j where j.cluster_id = :cluster and j."
                        + column + " = :wanted")
                .bind("cluster", cluster)
                .bind("wanted", value)
                .map((row, context) -> JobRow.read(row))
                .findOne();
    }

    static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }
}
