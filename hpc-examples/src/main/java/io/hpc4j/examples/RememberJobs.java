package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.StoredJob;
import io.hpc4j.store.Database;
import io.hpc4j.store.JdbcJobStore;
import java.time.Duration;

/** Keeps jobs in a database, where they are found when the program is gone. */
public final class RememberJobs {

    private RememberJobs() {}

    /** Takes the addresses of a cluster and of a database. */
    public static void main(String[] args) throws Exception {
        String uri = args[0];
        String name;
        try (Database database = Database.open(args[1]);
                Cluster cluster =
                        Cluster.builder(uri).store(new JdbcJobStore(database)).connect()) {
            JobHandle job = cluster.submit(JobRequest.command("true")
                    .key("nightly-2026-01-31")
                    .label("project", "heat")
                    .build());
            job.await(Duration.ofMinutes(2));
            name = cluster.uri().toString(); // by which the store knows the cluster: its address without settings
        }
        try (Database database = Database.open(args[1])) { // another day, another program
            JobStore store = new JdbcJobStore(database);
            JobQuery query = JobQuery.all().withLabel("project", "heat").withLimit(50);
            for (StoredJob stored : store.list(name, query)) {
                Job job = stored.job().orElseThrow();
                System.out.println(stored.key() + " " + job.state());
            }
        }
    }
}
