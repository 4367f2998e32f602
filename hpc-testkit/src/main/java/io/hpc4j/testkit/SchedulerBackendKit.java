package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every backend owes its callers, as tests. A backend runs it by one small class, named {@code
 * …ConformanceTest}, that says which {@link #provider() provider}, {@link #uri() address} and {@link #scratch()
 * folder} to use:
 *
 * <pre>{@code
 * class MineBackendConformanceTest extends SchedulerBackendKit {
 *     @TempDir Path folder;
 *
 *     protected SchedulerBackendProvider provider() { return new MineBackendProvider(); }
 *     protected String uri() { return "mine:" + folder + "/state"; }
 *     protected String scratch() { return folder.toString(); }
 * }
 * }</pre>
 *
 * <p>A behaviour that belongs to a {@link io.hpc4j.core.Capability} is skipped where that is not offered, and then the
 * refusal is tested instead. One that needs more nodes or slots than there are is skipped with the number. What a
 * scheduler cannot do although it offers the capability belongs into {@link #deviations()}.
 *
 * <p>Some behaviours occupy the whole cluster for a moment: give the kit a small one that nobody else uses. Every job
 * of a test has ended when the test is over.
 */
public abstract class SchedulerBackendKit extends BackendInsightKit {

    /** For subclasses. */
    protected SchedulerBackendKit() {}

    @Test
    void deviationsNameTestsOfTheKit() {
        Set<String> tests = new HashSet<>();
        for (Class<?> kit = getClass(); kit != null; kit = kit.getSuperclass()) {
            Arrays.stream(kit.getDeclaredMethods()).map(Method::getName).forEach(tests::add);
        }
        assertThat(tests).containsAll(deviations().keySet());
    }
}
