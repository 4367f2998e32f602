package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import io.hpc4j.core.spi.TransportProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {

    private static final String MISSING_SUPERCLASS = "io.hpc4j.core.NeedsWhatIsNotThere";

    @TempDir
    private Path classPath = Path.of("");

    /** A provider as it should be. */
    public static class Good implements SchedulerBackendProvider {
        /** Needs nothing. */
        public Good() {}

        @Override
        public String id() {
            return "good";
        }

        @Override
        public SchedulerBackend open(BackendContext context) {
            throw new UnsupportedOperationException();
        }
    }

    /** A second one with the same id. */
    public static final class Twin extends Good {
        /** Needs nothing. */
        public Twin() {}
    }

    /** One that cannot be made. */
    public static final class Broken extends Good {
        /** Fails. */
        public Broken() {
            throw new IllegalStateException("no such library");
        }
    }

    @Test
    void providerIsFoundByItsId() throws IOException {
        provide(SchedulerBackendProvider.class, Good.class.getName());

        assertThat(seen(() -> Discovery.backend("good"))).isInstanceOf(Good.class);
    }

    @Test
    void missingProviderIsToldWithWhatThereIsAndWhatToAdd() throws IOException {
        provide(SchedulerBackendProvider.class, Good.class.getName());

        assertThatThrownBy(() -> seen(() -> Discovery.backend("slurm")))
                .isInstanceOf(NoSuchBackendException.class)
                .hasMessageContaining("no backend 'slurm' among [good]")
                .hasMessageContaining("hpc-scheduler-slurm");
    }

    @Test
    void missingTransportIsToldWithWhatToAdd() {
        assertThatThrownBy(() -> seen(() -> Discovery.openTransport(ClusterUri.parse("slurm+ssh://host"))))
                .isInstanceOf(NoSuchBackendException.class)
                .hasMessageContaining("no transport 'ssh' among []")
                .hasMessageContaining("hpc-transport-ssh");
    }

    @Test
    void transportOfThisMachineIsBuiltIn() {
        try (Transport transport = seen(() -> Discovery.openTransport(ClusterUri.parse("slurm:")))) {
            assertThat(transport).isInstanceOf(LocalTransport.class);
        }
    }

    @Test
    void twoProvidersWithOneIdAreAnErrorThatNamesBoth() throws IOException {
        provide(SchedulerBackendProvider.class, Good.class.getName(), Twin.class.getName());

        assertThatThrownBy(() -> seen(() -> Discovery.backend("good")))
                .isInstanceOf(HpcException.class)
                .hasMessageContaining("'good'")
                .hasMessageContaining(Good.class.getName())
                .hasMessageContaining(Twin.class.getName());
    }

    @Test
    void providersThatCannotBeMadeAreLeftOut() throws IOException {
        provide(
                SchedulerBackendProvider.class,
                Broken.class.getName(),
                "io.hpc4j.core.NoSuchClass",
                String.class.getName(),
                MISSING_SUPERCLASS,
                Good.class.getName());

        assertThat(seen(() -> Discovery.backend("good"))).isInstanceOf(Good.class);
    }

    @Test
    void listThatCannotBeReadHidesNoOther() throws IOException {
        Path unreadable = Files.createDirectories(classPath.resolve("other/META-INF/services"));
        Files.writeString(unreadable.resolve(SchedulerBackendProvider.class.getName()), "not a class name\n");
        provide(SchedulerBackendProvider.class, Good.class.getName());

        assertThat(seen(() -> Discovery.backend("good"))).isInstanceOf(Good.class);
    }

    @Test
    void classPathWithoutProvidersHasNone() {
        assertThat(seen(() -> Discovery.load(TransportProvider.class, TransportProvider::id)))
                .isEmpty();
    }

    private void provide(Class<?> service, String... classes) throws IOException {
        Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
        Files.write(services.resolve(service.getName()), List.of(classes));
    }

    /** What is found with the test's folder on the class path. */
    private <T> T seen(Supplier<T> discovery) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new TestLoader(
                new URL[] {url(classPath.resolve("other")), url(classPath)}, DiscoveryTest.class.getClassLoader())) {
            thread.setContextClassLoader(loader);
            return discovery.get();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path folder) throws MalformedURLException {
        String url = folder.toUri().toString();
        return new URL(url.endsWith("/") ? url : url + "/");
    }

    /** Has one class whose superclass is not on the class path. */
    private static final class TestLoader extends URLClassLoader {

        private TestLoader(URL[] urls, ClassLoader parent) {
            super(urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(MISSING_SUPERCLASS)) {
                throw new NoClassDefFoundError("org/example/Missing");
            }
            return super.loadClass(name, resolve);
        }
    }
}
