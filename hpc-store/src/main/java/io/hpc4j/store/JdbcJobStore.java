package io.hpc4j.store;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPage;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.StoredJob;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Remembers jobs in a {@link Database}, for as long as that is kept. Instants of recording are kept to the microsecond.
 * Several processes may share it if the database is PostgreSQL.
 */
public final class JdbcJobStore implements JobStore {

    private static final String OPEN_STATES = Stream.concat(
                    Stream.of(JobRows.INTENT),
                    Stream.of(JobState.values())
                            .filter(s -> !s.isEnded() || s == JobState.LOST)
                            .map(JobState::name))
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));

    private static final int PORTION = 1000;

    private final Database database;
    private final boolean closesDatabase;
    private final ClusterNumbers clusters;

    /** Keeps jobs in a database, which stays open when the store is closed. */
    public JdbcJobStore(Database database) {
        this(database, false);
    }

    private JdbcJobStore(Database database, boolean closesDatabase) {
        this.database = database;
        this.closesDatabase = closesDatabase;
        this.clusters = new ClusterNumbers(database);
    }

    /**
     * Opens a store in a database of its own, which is closed with the store.
     *
     * @param url as for {@link Database#open}
     */
    public static JdbcJobStore connect(String url) {
        return new JdbcJobStore(Database.open(url), true);
    }

    @Override
    public void recordIntents(String cluster, Collection<JobRequest> requests, Instant at) {
        Set<String> keys = new LinkedHashSet<>();
        for (JobRequest request : requests) {
            String key = request.key()
                    .orElseThrow(() ->
                            new IllegalArgumentException("a request without a key cannot be recorded: " + request));
            if (!keys.add(key)) {
                throw new IllegalStateException("the key '%s' is given twice".formatted(key));
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        try {
            inTransaction(cluster, rows -> {
                rows.insertIntents(requests, at);
                return keys;
            });
        } catch (StoreException e) {
            throw SqlFailures.isDuplicate(e) ? alreadyRecorded(cluster, keys) : e;
        }
    }

    private IllegalStateException alreadyRecorded(String cluster, Set<String> keys) {
        String known = keys.stream()
                .filter(key -> findByKey(cluster, key).isPresent())
                .findFirst()
                .orElse("?");
        return new IllegalStateException("the key '%s' is recorded already in %s".formatted(known, cluster));
    }

    @Override
    public void bind(String cluster, Collection<Binding> bindings) {
        if (!bindings.isEmpty()) {
            againAfterDuplicate(() -> inTransaction(cluster, rows -> new JobBinding(cluster, rows).bind(bindings)));
        }
    }

    @Override
    public void discard(String cluster, String key) {
        inTransaction(
                cluster,
                (handle, number) -> handle.createUpdate("delete from hpc_job where cluster_id = :cluster"
                                + " and job_key = :key and native_id is null")
                        .bind("cluster", number)
                        .bind("key", Columns.text(key))
                        .execute());
    }

    @Override
    public void update(String cluster, Collection<Job> jobs) {
        if (jobs.isEmpty()) {
            return;
        }
        againAfterDuplicate(() -> inTransaction(cluster, rows -> {
            rows.write(jobs);
            return jobs.size();
        }));
    }

    /** Two processes may hear of a job at once; whoever comes second finds the row of the first. */
    private static <T> T againAfterDuplicate(Supplier<T> work) {
        try {
            return work.get();
        } catch (StoreException e) {
            if (!SqlFailures.isDuplicate(e)) {
                throw e;
            }
            return work.get();
        }
    }

    @Override
    public Optional<StoredJob> findByKey(String cluster, String key) {
        return find(cluster, "job_key", key);
    }

    @Override
    public Optional<StoredJob> find(String cluster, JobId id) {
        return find(cluster, "current_id", id.nativeId());
    }

    private Optional<StoredJob> find(String cluster, String column, String value) {
        return clusters.find(cluster)
                .flatMap(number ->
                        database.inTransaction(handle -> new JobRows(handle, number).find(column, Columns.text(value))))
                .map(JobRow::toStored);
    }

    @Override
    public List<StoredJob> open(String cluster) {
        return read(
                cluster,
                (handle, number) -> handle.createQuery("select " + JobRow.COLUMNS + " from hpc_job j"
                                + " where j.cluster_id = :cluster and j.state in (" + OPEN_STATES
                                + ") and j.final_at is null"
                                + " order by j.recorded_at, j.job_number")
                        .bind("cluster", number)
                        .map((row, context) -> JobRow.read(row))
                        .list());
    }

    @Override
    public List<StoredJob> list(String cluster, JobQuery query) {
        return read(cluster, (handle, number) -> new JobSearch(number, query, Optional.empty()).run(handle));
    }

    private List<StoredJob> read(String cluster, BiFunction<Handle, Integer, List<JobRow>> work) {
        List<JobRow> rows = clusters.find(cluster)
                .map(number -> database.inTransaction(handle -> work.apply(handle, number)))
                .orElse(List.of());
        return rows.stream().map(JobRow::toStored).toList();
    }

    /** Reads one row more than asked for, to know whether there is a next page. */
    @Override
    public JobPage page(String cluster, JobQuery query, Optional<String> after) {
        JobPage.requireSize(query.limit());
        Optional<JobSearch.Position> position = after.map(JobSearch.Position::parse);
        JobQuery more = query.withLimit(query.limit() + 1);
        List<JobRow> rows = clusters.find(cluster)
                .map(number -> database.inTransaction(handle -> new JobSearch(number, more, position).run(handle)))
                .orElse(List.of());
        if (rows.size() <= query.limit()) {
            return new JobPage(rows.stream().map(JobRow::toStored).toList(), Optional.empty());
        }
        List<JobRow> shown = rows.subList(0, query.limit());
        return new JobPage(
                shown.stream().map(JobRow::toStored).toList(),
                Optional.of(JobSearch.Position.of(shown.get(shown.size() - 1)).toString()));
    }

    @Override
    public List<JobEnd> endsAfter(String cluster, long position, int limit) {
        return clusters.find(cluster)
                .map(number -> database.inTransaction(handle -> new JobEnds(handle, number).after(position, limit)))
                .orElse(List.of());
    }

    @Override
    public ListenerCursor takeCursor(String cluster, String listener, String owner) {
        return againAfterDuplicate(
                () -> inTransaction(cluster, (handle, number) -> new Listeners(handle, number).take(listener, owner)));
    }

    @Override
    public boolean moveCursor(String cluster, String listener, String owner, ListenerCursor cursor) {
        return inTransaction(cluster, (handle, number) -> new Listeners(handle, number).move(listener, owner, cursor));
    }

    @Override
    public Map<String, ListenerCursor> cursors(String cluster) {
        return clusters.find(cluster)
                .map(number -> database.inTransaction(handle -> new Listeners(handle, number).all()))
                .orElse(Map.of());
    }

    @Override
    public void forgetListener(String cluster, String listener) {
        inTransaction(cluster, (handle, number) -> {
            new Listeners(handle, number).forget(listener);
            return number;
        });
    }

    /** In portions, so that no transaction grows long. */
    @Override
    public int forgetEnded(String cluster, Instant endedBefore, int limit) {
        int forgotten = 0;
        while (forgotten < limit) {
            int most = Math.min(PORTION, limit - forgotten);
            int now = inTransaction(
                    cluster, (handle, number) -> new JobRows(handle, number).forgetEnded(endedBefore, most));
            forgotten += now;
            if (now < most) {
                break;
            }
        }
        return forgotten;
    }

    private <T> T inTransaction(String cluster, Function<JobRows, T> work) {
        return inTransaction(cluster, (handle, number) -> work.apply(new JobRows(handle, number)));
    }

    private <T> T inTransaction(String cluster, BiFunction<Handle, Integer, T> work) {
        int number = clusters.get(cluster);
        return database.inTransaction(handle -> work.apply(handle, number));
    }

    /** Closes the database if this store has opened it. */
    @Override
    public void close() {
        if (closesDatabase) {
            database.close();
        }
    }

    @Override
    public String toString() {
        return "jobs in " + database;
    }
}
