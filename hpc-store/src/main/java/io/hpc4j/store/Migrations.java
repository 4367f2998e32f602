package io.hpc4j.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of a database to what this version needs. The same statements run on H2 and on PostgreSQL. */
final class Migrations {

    /** The number of the last migration in the folder {@code migrations}. */
    static final int NEWEST = 1;

    private static final String HISTORY = "hpc_schema_history";

    private Migrations() {}

    /**
     * Runs the migrations that have not run yet. Several processes may do so at once.
     *
     * @throws StoreException if a newer version of this program has made the tables
     */
    static void migrate(DataSource source, DatabaseUrl url) {
        int found = version(source).orElse(0);
        if (found > NEWEST) {
            throw new StoreException(
                    "the tables in %s are of version %d, made by a newer HPC4J; this one knows %d: use the newer one"
                            .formatted(url, found, NEWEST));
        }
        if (found < NEWEST) {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:io/hpc4j/store/migrations")
                    .table(HISTORY)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .cleanDisabled(true)
                    .loggers("slf4j")
                    .load()
                    .migrate();
        }
    }

    /** The newest migration that has run. Asked before Flyway is loaded, which takes longer than all else. */
    static Optional<Integer> version(DataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            if (!hasHistory(connection)) {
                return Optional.empty();
            }
            try (ResultSet row = statement.executeQuery(
                    "select max(cast(\"version\" as integer)) from \"" + HISTORY + "\" where \"success\"")) {
                return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database does not answer: " + SqlFailures.words(e), e);
        }
    }

    private static boolean hasHistory(Connection connection) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, connection.getSchema(), HISTORY, null)) {
            return tables.next();
        }
    }
}
