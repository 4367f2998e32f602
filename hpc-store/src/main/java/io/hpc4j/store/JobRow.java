package io.hpc4j.store;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.StoredJob;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.RequestJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** A row of {@code hpc_job}, as it is read for callers. */
record JobRow(
        long number,
        Optional<String> key,
        Optional<String> nativeId,
        Instant recordedAt,
        Instant listedAt,
        Optional<String> request,
        Optional<String> snapshot) {

    /** The columns that {@link #read} wants, of the table {@code j}. */
    static final String COLUMNS =
            "j.job_number, j.job_key, j.native_id, j.recorded_at, j.listed_at, j.request, j.snapshot";

    static JobRow read(ResultSet row) throws SQLException {
        return new JobRow(
                row.getLong("job_number"),
                Optional.ofNullable(row.getString("job_key")),
                Optional.ofNullable(row.getString("native_id")),
                instant(row, "recorded_at"),
                instant(row, "listed_at"),
                Optional.ofNullable(row.getString("request")),
                Optional.ofNullable(row.getString("snapshot")));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    Optional<Job> job() {
        return snapshot.map(JobJson::read);
    }

    StoredJob toStored() {
        Optional<Job> job = job();
        Optional<JobId> id = nativeId.map(Columns::original).map(JobId::of);
        String known = key.map(Columns::original)
                .or(() -> job.flatMap(Job::key))
                .orElseGet(() -> "id:" + id.map(JobId::nativeId).orElse("?"));
        return new StoredJob(known, request.map(RequestJson::read), id, job, recordedAt);
    }
}
