package io.hpc4j.store;

import io.hpc4j.core.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Looks for rows that contradict themselves or others. */
final class DatabaseCheck {

    private static final int MOST = 100;
    private static final int PORTION = 1000;

    private final Database database;
    private final List<String> findings = new ArrayList<>();

    DatabaseCheck(Database database) {
        this.database = database;
    }

    List<String> run() {
        database.inTransaction(handle -> {
            findings.clear();
            references(handle);
            return jobs(handle);
        });
        return List.copyOf(findings.subList(0, Math.min(findings.size(), MOST)));
    }

    private void references(Handle handle) {
        none(
                handle,
                "labels without a job",
                "select count(*) from hpc_job_label l where not exists"
                        + " (select 1 from hpc_job j where j.job_number = l.job_number)");
        none(
                handle,
                "ends without a job",
                "select count(*) from hpc_job_end e where not exists"
                        + " (select 1 from hpc_job j where j.job_number = e.job_number)");
        none(
                handle,
                "ends behind the last of their cluster",
                "select count(*) from hpc_job_end e"
                        + " join hpc_cluster c on c.id = e.cluster_id where e.end_position > c.last_end");
        none(
                handle,
                "jobs that have ended without an end",
                "select count(*) from hpc_job j where j.final_at is not null" + " and j.ended_attempt = 0");
    }

    private void none(Handle handle, String what, String sql) {
        long count = handle.createQuery(sql).mapTo(Long.class).one();
        if (count > 0) {
            findings.add("%d %s".formatted(count, what));
        }
    }

    private int jobs(Handle handle) {
        long behind = 0;
        int seen = 0;
        List<Row> portion = portion(handle, behind);
        while (!portion.isEmpty()) {
            portion.forEach(this::job);
            seen += portion.size();
            behind = portion.get(portion.size() - 1).row().number();
            portion = portion(handle, behind);
        }
        return seen;
    }

    private record Row(JobRow row, String state, boolean isFinal) {}

    private static List<Row> portion(Handle handle, long behind) {
        return handle.createQuery("select " + JobRow.COLUMNS + ", j.state, j.final_at is not null as is_final"
                        + " from hpc_job j where j.job_number > :behind order by j.job_number limit " + PORTION)
                .bind("behind", behind)
                .map((row, context) -> new Row(JobRow.read(row), row.getString("state"), row.getBoolean("is_final")))
                .list();
    }

    private void job(Row row) {
        try {
            row.row().toStored();
            Optional<Job> job = row.row().job();
            String state = job.map(j -> j.state().name()).orElse(JobRows.INTENT);
            if (!state.equals(row.state()) || job.map(Job::isFinal).orElse(false) != row.isFinal()) {
                findings.add(
                        "row %d says %s, its snapshot %s".formatted(row.row().number(), row.state(), state));
            }
        } catch (IllegalArgumentException e) {
            findings.add("row %d cannot be read: %s".formatted(row.row().number(), e.getMessage()));
        }
    }
}
