package io.hpc4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a fresh local cluster: its parameters of the type {@link io.hpc4j.core.Cluster} are one that is made of
 * this machine, runs real processes, and goes with its jobs and files when the test is over. On a class it holds for all
 * its tests; on a method for that one. Needs {@code hpc-scheduler-local} on the class path.
 *
 * <pre>{@code
 * @LocalCluster(nodes = 2, slots = 2)
 * class SolverTest {
 *     @Test
 *     void solverConverges(Cluster cluster) throws Exception {
 *         JobHandle job = cluster.submit(JobRequest.command("./solver").build());
 *         assertTrue(job.await(Duration.ofMinutes(1)).isSuccess());
 *     }
 * }
 * }</pre>
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LocalClusterExtension.class)
public @interface LocalCluster {

    /** The number of nodes. */
    int nodes() default 1;

    /** The slots of each node. */
    int slots() default 2;

    /** More settings, as in the address of a local cluster: {@code "queues=short:walltime=10s&gpus=1"}. */
    String settings() default "";
}
