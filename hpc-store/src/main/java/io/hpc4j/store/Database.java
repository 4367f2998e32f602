package io.hpc4j.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one database of an application: an H2 file, or PostgreSQL. Opening it makes or updates its tables. May be shared
 * between threads. A connection that is lost is made again, by itself; what was not committed by then is repeated.
 *
 * <p>No message, log or {@code toString} of it has a password.
 */
public final class Database implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    /** How often one transaction is begun before its failure is told. */
    private static final int TRIES = 5;

    private final DatabaseUrl url;
    private final Clock clock;
    private final Optional<FileHolder> holder;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final List<BackupTimer> timers = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private Database(Builder b) {
        url = b.schema == null ? b.url : b.url.withSchema(b.schema);
        clock = b.clock;
        holder = url.file().map(file -> FileHolder.of(file, clock.instant()));
        HikariDataSource opened = null;
        try {
            opened = new HikariDataSource(settings(url, b));
            requireUtf8(opened);
            Migrations.migrate(opened, url);
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            holder.ifPresent(FileHolder::close);
            throw translated(
                    e instanceof HikariPool.PoolInitializationException && e.getCause() != null ? e.getCause() : e);
        }
        pool = opened;
        jdbi = Jdbi.create(pool);
        log.debug("{}: open", url);
    }

    /**
     * Opens a database with everything as usual.
     *
     * @param url {@code jdbc:h2:/path/to/file}, {@code jdbc:postgresql://host/database?user=…&password=…} or
     *     {@code postgresql://user:password@host/database}
     * @throws IllegalArgumentException if the address is of no known form
     * @throws StoreUnavailableException if it does not answer, or another process has the file; the message says which
     * @throws StoreException if it cannot be used: its tables were made by a newer version, or its encoding is not UTF-8
     */
    public static Database open(String url) {
        return builder(url).open();
    }

    /**
     * Begins to open a database, with choices.
     *
     * @throws IllegalArgumentException if the address is of no known form
     */
    public static Builder builder(String url) {
        return new Builder(DatabaseUrl.parse(url));
    }

    /** The address that an environment names: {@code HPC_DATABASE}, else {@code DATABASE_URL}. */
    public static Optional<String> addressIn(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("HPC_DATABASE"))
                .filter(v -> !v.isBlank())
                .or(() -> Optional.ofNullable(environment.get("DATABASE_URL")).filter(v -> !v.isBlank()));
    }

    /**
     * The address of the user's own database: an H2 file {@code store/jobs} in the folder {@code HPC_STATE}, else in
     * {@code hpc4j} where the system keeps the state of programs.
     */
    public static String defaultAddress(Map<String, String> environment) {
        return "jdbc:h2:" + stateFolder(environment).resolve("store").resolve("jobs");
    }

    private static Path stateFolder(Map<String, String> environment) {
        Optional<Path> own = Optional.ofNullable(environment.get("HPC_STATE"))
                .filter(v -> !v.isBlank())
                .map(v -> Path.of(v).toAbsolutePath());
        return own.orElseGet(() -> Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .filter(v -> v.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home", "/"), ".local", "state"))
                .resolve("hpc4j"));
    }

    private static HikariConfig settings(DatabaseUrl url, Builder b) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("hpc-store");
        settings.setJdbcUrl(url.jdbc());
        b.user.or(url::user).ifPresent(settings::setUsername);
        b.password.or(url::password).ifPresent(settings::setPassword);
        settings.setDataSourceProperties(url.driverProperties());
        settings.setMaximumPoolSize(b.connections);
        settings.setMinimumIdle(1);
        settings.setConnectionTimeout(b.patience.toMillis());
        settings.setInitializationFailTimeout(1);
        settings.setThreadFactory(daemons());
        return settings;
    }

    private static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "hpc-store-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void requireUtf8(HikariDataSource source) {
        if (url.isH2()) {
            return;
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show server_encoding")) {
            row.next();
            if (!row.getString(1).toUpperCase(Locale.ROOT).equals("UTF8")) {
                throw new StoreException(
                        "the database %s keeps texts as %s; make one with: create database hpc encoding 'UTF8' template template0"
                                .formatted(url, row.getString(1)));
            }
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** What runs statements; the only one of the application. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** The time, for whoever writes into this database. */
    Clock clock() {
        return clock;
    }

    DatabaseUrl url() {
        return url;
    }

    /**
     * Runs work in one transaction: all of it is kept, or nothing. Work that a collision with another transaction or a
     * lost connection has undone is done again, a few times, so it must have no other effects. An interrupt of the thread
     * does not cut it short, and is kept for later.
     *
     * @throws StoreUnavailableException if the database does not answer or has no room; nothing is kept then, or, if the
     *     connection was lost during the commit, all of it may be
     */
    public <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        boolean interrupted = Thread.interrupted();
        try {
            for (int tried = 1; ; tried++) {
                Attempt attempt = new Attempt();
                try {
                    return attempt.run(work);
                } catch (RuntimeException e) {
                    interrupted |= Thread.interrupted();
                    if (tried == TRIES || closed || !attempt.mayBeRepeated(e)) {
                        throw translated(e);
                    }
                    log.debug("{}: repeating a transaction: {}", url, SqlFailures.words(e));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One try of a transaction, which knows how far it came. */
    private final class Attempt {

        private boolean begun;
        private boolean committing;

        private <T> T run(HandleCallback<T, RuntimeException> work) {
            try (Handle handle = jdbi.open()) {
                handle.begin();
                begun = true;
                T result = null;
                boolean done = false;
                try {
                    result = work.withHandle(handle);
                    done = true;
                } finally {
                    if (!done) {
                        rollBack(handle);
                    }
                }
                committing = true;
                handle.commit();
                if (url.isH2()) { // which hands what is committed to a thread of its own to be written
                    handle.execute("checkpoint sync");
                }
                return result;
            }
        }

        private void rollBack(Handle handle) {
            try {
                handle.rollback();
            } catch (RuntimeException e) { // the connection is gone, and with it what was not committed
                log.debug("{}: no rollback: {}", url, SqlFailures.words(e));
            }
        }

        private boolean mayBeRepeated(RuntimeException e) {
            return SqlFailures.isInterruption(e)
                    || (begun && SqlFailures.isCollision(e))
                    || (begun && !committing && SqlFailures.isDisconnection(e));
        }
    }

    // ---------------------------------------------------------------- backups

    /**
     * Writes all that the database holds into a file, as it is at one moment, while others go on working. The file appears
     * when it is whole, can be read by its owner only, and fits into a database of either kind.
     *
     * @throws StoreException if the file is there already, or cannot be written
     */
    public BackupReport backup(Path file) {
        return new Backups(this).write(file);
    }

    /**
     * Fills this database, which must be empty, with what a backup holds; all of it or, with an exception, nothing.
     *
     * @throws StoreException if the database is not empty, or the backup is not whole
     */
    public BackupReport restore(Path file) {
        return new Backups(this).restore(file);
    }

    /**
     * Reads a backup to its end.
     *
     * @throws StoreException if it is no backup, is cut off or was changed
     */
    public static BackupReport checkBackup(Path file) {
        return Backup.read(file, (table, row) -> {});
    }

    /**
     * Writes a backup into a folder now, unless there is one that is young enough, and then again and again; of those the
     * newest are kept. What fails is logged as a warning, and tried again at the next turn.
     *
     * @param every the time from one to the next
     * @param folder where they are, called {@code hpc4j-20260131T120000Z.jsonl.gz}; made if there is none
     * @param keep how many to keep, at least 1
     * @return ends it when closed; so does closing the database
     */
    public AutoCloseable backupEvery(Duration every, Path folder, int keep) {
        BackupTimer timer = new BackupTimer(this, every, folder, keep);
        timers.add(timer);
        return timer;
    }

    /** How many rows each table has. */
    public Map<String, Long> counts() {
        return inTransaction(handle -> new BackupRows(handle).counts());
    }

    /**
     * Looks for what contradicts itself: rows that refer to none, columns that say something else than the JSON beside
     * them, JSON that cannot be read.
     *
     * @return a sentence for each finding, at most 100; none if all is well
     */
    public List<String> check() {
        return new DatabaseCheck(this).run();
    }

    /** What a caller is told: the driver's words, without statements and passwords. */
    RuntimeException translated(Throwable e) {
        boolean ofDriver = SqlFailures.cause(e) instanceof SQLException;
        if (!ofDriver && e instanceof RuntimeException own) {
            return own;
        }
        if (closed) {
            return new StoreUnavailableException("the database %s is closed".formatted(url), SqlFailures.cause(e));
        }
        String words = url.hidden(SqlFailures.words(e));
        if (SqlFailures.isTransient(e)) {
            return new StoreUnavailableException(
                    "the database %s cannot be used now: %s".formatted(url, words), SqlFailures.cause(e));
        }
        return new StoreException("the database %s refuses: %s".formatted(url, words), SqlFailures.cause(e));
    }

    /** Lets go of the database. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        timers.forEach(BackupTimer::close);
        try {
            pool.close();
        } finally {
            holder.ifPresent(FileHolder::close);
        }
    }

    /** The address, without a password. */
    @Override
    public String toString() {
        return url.toString();
    }

    /** Chooses how to open a database. For one thread. */
    public static final class Builder {

        private final DatabaseUrl url;
        private Clock clock = Clock.systemUTC();
        private Duration patience = Duration.ofSeconds(10);
        private int connections = 8;
        private Optional<String> user = Optional.empty();
        private Optional<String> password = Optional.empty();
        private @Nullable String schema;

        private Builder(DatabaseUrl url) {
            this.url = url;
        }

        /** Takes the time from this clock; the system's unless set. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Signs in as this user; the one of the address unless set. */
        public Builder user(String user) {
            this.user = Optional.of(user);
            return this;
        }

        /** Signs in with this password; the one of the address unless set. */
        public Builder password(String password) {
            this.password = Optional.of(password);
            return this;
        }

        /** Keeps the tables in this schema, which must be there; PostgreSQL's usual one unless set. */
        public Builder schema(String schema) {
            this.schema = schema;
            return this;
        }

        /**
         * Holds at most this many connections; 8 unless set.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder connections(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("there must be at least 1 connection, was " + most);
            }
            this.connections = most;
            return this;
        }

        /**
         * Waits so long for a database that does not answer, each time; 10 seconds unless set.
         *
         * @throws IllegalArgumentException if it is shorter than a quarter of a second
         */
        public Builder patience(Duration longest) {
            if (longest.toMillis() < 250) {
                throw new IllegalArgumentException("the patience must be at least 250 ms, was " + longest);
            }
            this.patience = longest;
            return this;
        }

        /**
         * Opens it.
         *
         * @throws StoreUnavailableException if it does not answer, or another process has the file
         * @throws StoreException if it cannot be used as it is
         */
        public Database open() {
            return new Database(this);
        }
    }
}
