package io.hpc4j.core;

import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import io.hpc4j.core.spi.TransportProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What is found of a cluster without connecting to it. */
final class ClassPathFindings {

    private static final String BACKENDS = "backends";
    private static final String TRANSPORTS = "transports";

    private final ClusterUri uri;
    private final List<Finding> findings = new ArrayList<>();

    private ClassPathFindings(ClusterUri uri) {
        this.uri = uri;
    }

    static List<Finding> of(
            ClusterUri uri, Optional<SchedulerBackendProvider> provider, Optional<Transport> transport, Clock clock) {
        ClassPathFindings all = new ClassPathFindings(uri);
        Optional<SchedulerBackendProvider> backend = all.look(BACKENDS, () -> all.backend(provider));
        Optional<Transport> open = transport.or(() -> all.look(TRANSPORTS, all::transport));
        if (backend.isPresent() && open.isPresent()) {
            all.ask(backend.get(), open.get(), clock);
        }
        if (transport.isEmpty()) {
            open.ifPresent(Transport::close);
        }
        return List.copyOf(all.findings);
    }

    private Optional<SchedulerBackendProvider> backend(Optional<SchedulerBackendProvider> given) {
        Map<String, SchedulerBackendProvider> found =
                Discovery.load(SchedulerBackendProvider.class, SchedulerBackendProvider::id);
        if (given.isPresent()) {
            found(BACKENDS, found.keySet());
            return given;
        }
        return listed(BACKENDS, found, uri.backend());
    }

    private Optional<Transport> transport() {
        Map<String, TransportProvider> found = Discovery.load(TransportProvider.class, TransportProvider::id);
        if (!uri.transport().equals(ClusterUri.LOCAL_TRANSPORT)) {
            listed(TRANSPORTS, found, uri.transport());
        } else {
            TreeSet<String> all = new TreeSet<>(found.keySet());
            all.add(ClusterUri.LOCAL_TRANSPORT);
            found(TRANSPORTS, all);
        }
        return Optional.of(Discovery.openTransport(uri));
    }

    /** Tells what there is; the one that is wanted, if it is among them. */
    private <P> Optional<P> listed(String what, Map<String, P> found, String wanted) {
        if (found.containsKey(wanted)) {
            found(what, found.keySet());
        }
        return Optional.ofNullable(found.get(wanted)).or(() -> missing(what, found.keySet(), wanted));
    }

    private <P> Optional<P> missing(String what, Collection<String> ids, String wanted) {
        String artifact = what.equals(BACKENDS) ? "hpc-scheduler-" : "hpc-transport-";
        findings.add(Finding.problem(
                what,
                "on the class path: %s, and not '%s'".formatted(words(ids), wanted),
                "add the artifact io.hpc4j:%s%s".formatted(artifact, wanted)));
        return Optional.empty();
    }

    private void found(String what, Collection<String> ids) {
        findings.add(Finding.ok(what, "on the class path: " + words(ids)));
    }

    private static String words(Collection<String> ids) {
        return ids.isEmpty() ? "none" : String.join(", ", new TreeSet<>(ids));
    }

    private void ask(SchedulerBackendProvider provider, Transport transport, Clock clock) {
        try {
            findings.addAll(provider.findings(new BackendContext(uri, transport, clock, JobReports.NONE)));
        } catch (RuntimeException e) {
            fail("backend " + uri.backend(), e);
        }
    }

    private <P> Optional<P> look(String what, Supplier<Optional<P>> look) {
        try {
            return look.get();
        } catch (RuntimeException e) {
            if (findings.stream().noneMatch(f -> f.name().equals(what) && f.level() == Finding.Level.PROBLEM)) {
                fail(what, e);
            }
            return Optional.empty();
        }
    }

    private void fail(String what, RuntimeException e) {
        findings.add(Finding.problem(
                what, Text.printable(String.valueOf(e.getMessage())), "mend what it says, and look again"));
    }
}
