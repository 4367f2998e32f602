package io.hpc4j.server.keeper;

import io.hpc4j.server.cli.FakeCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A keeper in a process of its own, of a cluster in its memory. */
final class FakeKeeper {

    private FakeKeeper() {}

    /** The command line that keeps the cluster of an address, and how long without a job or a call. */
    static List<String> command(String address, Duration idle) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FakeKeeper.class.getName(),
                address,
                idle.toString());
    }

    /** Keeps it. */
    public static void main(String[] arguments) {
        Keeper.run(arguments[0], System.getenv(), Duration.parse(arguments[1]), FakeCluster::new, FakeKeeper::ready);
    }

    private static void ready(Optional<String> failure) {
        System.out.println(failure.orElse(Keeper.READY));
        System.out.close();
    }
}
