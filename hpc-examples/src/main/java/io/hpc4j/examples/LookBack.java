package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.recording.RecordedCall;
import java.nio.file.Path;
import java.time.Duration;

/** Says what was asked of a scheduler and what it answered, and makes a support bundle of it. */
public final class LookBack {

    private LookBack() {}

    /** Takes the address of a cluster and the file to write. */
    public static void main(String[] args) throws Exception {
        Path zip = Path.of(args.length > 1 ? args[1] : "hpc-support.zip");
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            cluster.submit(JobRequest.command("true").build()).await(Duration.ofMinutes(1));

            for (RecordedCall call : cluster.recording().calls()) {
                System.out.println(call.origin().at() + " " + call.origin().operation() + ": " + call.conclusion());
            }
            cluster.supportBundle().build().writeTo(zip);
        }
    }
}
