package io.hpc4j.store;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.RequestJson;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The ends of the jobs of one cluster, within one transaction. Who records one holds the row of the cluster until it has
 * committed, so that no end appears before one that was seen.
 */
final class JobEnds {

    private final Handle handle;
    private final int cluster;

    JobEnds(Handle handle, int cluster) {
        this.handle = handle;
        this.cluster = cluster;
    }

    /** Copies the snapshots with which jobs ended, which are about to be overwritten, to the ends. */
    void keepSnapshots(Collection<JobRows.Known> rows) {
        PreparedBatch batch = handle.prepareBatch("update hpc_job_end set snapshot = (select j.snapshot from hpc_job j"
                + " where j.job_number = :number) where job_number = :number and snapshot is null");
        rows.stream()
                .filter(row -> row.endedAttempt() > 0)
                .forEach(row -> batch.bind("number", row.number()).add());
        JobRows.execute(batch);
    }

    /** Records the ends among snapshots that have just been written, in their order. */
    void record(Map<String, Job> byId, Map<String, JobRows.Known> rows) {
        Map<Long, Job> ended = new LinkedHashMap<>();
        byId.forEach((id, job) -> {
            JobRows.Known row = Optional.ofNullable(rows.get(id)).orElseThrow();
            if (job.isFinal() && job.attempt() != row.endedAttempt()) {
                ended.put(row.number(), job);
            }
        });
        if (!ended.isEmpty()) {
            write(ended);
        }
    }

    private void write(Map<Long, Job> ended) {
        long last = take(ended.size());
        PreparedBatch ends = handle.prepareBatch("insert into hpc_job_end (cluster_id, end_position, job_number)"
                + " values (:cluster, :end_position, :number)");
        PreparedBatch jobs = handle.prepareBatch(
                "update hpc_job set ended_attempt = :attempt, last_end = :end_position where job_number = :number");
        for (Map.Entry<Long, Job> end : ended.entrySet()) {
            last++;
            ends.bind("cluster", cluster)
                    .bind("end_position", last)
                    .bind("number", end.getKey())
                    .add();
            jobs.bind("attempt", end.getValue().attempt())
                    .bind("end_position", last)
                    .bind("number", end.getKey())
                    .add();
        }
        ends.execute();
        jobs.execute();
    }

    /**
     * Reserves positions; returns the one before them. An update, unlike a select for update, does not collide with
     * PostgreSQL's checks of rows that refer to the cluster.
     */
    private long take(int count) {
        handle.createUpdate("update hpc_cluster set last_end = last_end + :count where id = :cluster")
                .bind("count", count)
                .bind("cluster", cluster)
                .execute();
        long last = handle.createQuery("select last_end from hpc_cluster where id = :cluster")
                .bind("cluster", cluster)
                .mapTo(Long.class)
                .one();
        return last - count;
    }

    List<JobEnd> after(long position, int limit) {
        return handle.createQuery("select e.end_position, coalesce(e.snapshot, j.snapshot) as snapshot, j.request"
                        + " from hpc_job_end e join hpc_job j on j.job_number = e.job_number"
                        + " where e.cluster_id = :cluster and e.end_position > :end_position"
                        + " order by e.cluster_id, e.end_position limit :most")
                .bind("cluster", cluster)
                .bind("end_position", position)
                .bind("most", limit)
                .map((row, context) -> JobEnd.of(
                        row.getLong("end_position"),
                        JobJson.read(row.getString("snapshot")),
                        Optional.ofNullable(row.getString("request")).map(RequestJson::read)))
                .list();
    }
}
