package io.hpc4j.server.cli;

import io.hpc4j.core.JobRequest;

/**
 * The simulated work of a batch job: ten numbers from 1 to 100, their sum and mean, as two records of CSV. The same seed
 * and job give the same numbers, whoever computes them and in whatever order.
 */
final class BatchSimulation {

    /** A prime; the generator x → 16807·x mod 2³¹−1 of Park and Miller stays exact in the doubles that awk has. */
    private static final long MODULUS = 2_147_483_647L;

    private static final long MULTIPLIER = 16_807;
    private static final int NUMBERS = 10;
    private static final int HIGHEST = 100;

    /**
     * Written beside and renamed, so that nobody reads half a file. An awk that cannot keep a number of 31 bits in
     * {@code -v} does not exist; one that prints CR LF otherwise than told does not either.
     */
    private static final String SCRIPT = """
            #!/bin/sh
            # Draws ten numbers and writes them with their sum and mean.
            set -eu
            mkdir -p "$BATCH_FOLDER"
            file=$BATCH_FOLDER/job_$BATCH_ID.csv
            rm -f "$file"
            if [ -n "${BATCH_PAUSE:-}" ]; then sleep "$BATCH_PAUSE"; fi
            trap 'rm -f "$file.$$"' EXIT
            awk -v x="$BATCH_START" -v fails="$BATCH_FAILS_BELOW" 'BEGIN {
              for (i = 0; i < 10; i++) {
                x = (x * 16807) % 2147483647
                n = x % 100 + 1
                sum += n
                list = list (i > 0 ? ", " : "") n
              }
              x = (x * 16807) % 2147483647
              if (x < fails + 0) exit 1
              printf "numbers,sum,mean\\r\\n\\"[%s]\\",%d,%d.%d\\r\\n", list, sum, int(sum / 10), sum % 10
            }' > "$file.$$" || { echo "job $BATCH_ID fails, as FAIL_RATE wants it" >&2; exit 1; }
            mv "$file.$$" "$file"
            """;

    private final long seed;
    private final double failRate;

    /**
     * Chooses the numbers.
     *
     * @param failRate which part of the jobs fails, 0 to 1
     */
    BatchSimulation(long seed, double failRate) {
        if (!(failRate >= 0 && failRate <= 1)) {
            throw new IllegalArgumentException("FAIL_RATE must be 0 to 1, was " + failRate);
        }
        this.seed = seed;
        this.failRate = failRate;
    }

    /** A job that does the work of one number, and writes {@code job_ID.csv} into the folder. */
    JobRequest.Builder request(int job, String folder) {
        return JobRequest.script(SCRIPT)
                .name("batch-" + job)
                .environment("BATCH_ID", Integer.toString(job))
                .environment("BATCH_FOLDER", folder)
                .environment("BATCH_START", Long.toString(start(job)))
                .environment("BATCH_FAILS_BELOW", Long.toString(failsBelow()));
    }

    /** What the job writes. */
    String csv(int job) {
        long x = start(job);
        long sum = 0;
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < NUMBERS; i++) {
            x = next(x);
            long n = x % HIGHEST + 1;
            sum += n;
            list.append(i > 0 ? ", " : "").append(n);
        }
        return "numbers,sum,mean\r\n\"[%s]\",%d,%d.%d\r\n".formatted(list, sum, sum / NUMBERS, sum % NUMBERS);
    }

    /** Whether the job fails. */
    boolean fails(int job) {
        long x = start(job);
        for (int i = 0; i <= NUMBERS; i++) {
            x = next(x);
        }
        return x < failsBelow();
    }

    private long failsBelow() {
        return (long) (failRate * MODULUS);
    }

    private static long next(long x) {
        return x * MULTIPLIER % MODULUS;
    }

    /** Far apart for jobs and seeds that are near (the mixing function of SplitMix64). */
    private long start(int job) {
        long z = seed * 0x9E3779B97F4A7C15L + job * 0xD1B54A32D192ED03L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return 1 + Math.floorMod(z ^ (z >>> 31), MODULUS - 1);
    }
}
