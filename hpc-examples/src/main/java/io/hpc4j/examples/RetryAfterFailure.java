package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.time.Duration;

/** A job that fails twice and goes on from its checkpoint at the third attempt. */
public final class RetryAfterFailure {

    private static final String SCRIPT = """
            #!/bin/sh
            echo "attempt $HPC_ATTEMPT begins after: $(cat "$HPC_CHECKPOINT_DIR/steps" 2>/dev/null | tr '\\n' ' ')"
            echo "step-$HPC_ATTEMPT" >> "$HPC_CHECKPOINT_DIR/steps"
            [ "$HPC_ATTEMPT" -ge 3 ]
            """;

    private RetryAfterFailure() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            JobHandle job = cluster.submit(JobRequest.script(SCRIPT)
                    .name("stubborn")
                    .retryOn(JobState.FAILED, 5)
                    .build());
            Job done = job.await(Duration.ofMinutes(1));
            System.out.println(done.state() + " at attempt " + done.attempt());
        }
    }
}
