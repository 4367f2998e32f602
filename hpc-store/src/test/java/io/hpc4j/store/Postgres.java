package io.hpc4j.store;

import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The PostgreSQL server of the tests, which {@code dev/verify} has started; each test gets a schema of its own. */
final class Postgres {

    private static final String URL = "HPC_TEST_POSTGRES";
    private static final String ENGINE = "HPC_TEST_POSTGRES_ENGINE";

    private Postgres() {}

    /** The address of an empty schema; without a server the test is skipped or fails. */
    static String emptySchema() {
        String url = url();
        String schema = "test_" + UUID.randomUUID().toString().replace("-", "");
        Jdbi.create(url).useHandle(handle -> handle.execute("create schema " + schema));
        return url + "&currentSchema=" + schema;
    }

    static String url() {
        String url = System.getenv().getOrDefault(URL, "");
        Engines.require(
                "a PostgreSQL server (" + URL + ")",
                !url.isEmpty(),
                "dev/engines/postgres install && dev/engines/postgres up && eval \"$(dev/engines/postgres env)\"");
        return url;
    }

    /** Ends every connection to the server but the one that asks for it. */
    static void cutConnections() {
        Jdbi.create(url())
                .useHandle(handle -> handle.createQuery(
                                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                                        + " and application_name = 'hpc4j'")
                        .mapTo(Boolean.class)
                        .list());
    }

    /** Runs a verb of {@code dev/engines/postgres}. */
    static void engine(String... verb) throws IOException, InterruptedException {
        url();
        List<String> command = new ArrayList<>(List.of(System.getenv(ENGINE)));
        command.addAll(List.of(verb));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " ended with exit code " + process.exitValue());
        }
    }
}
