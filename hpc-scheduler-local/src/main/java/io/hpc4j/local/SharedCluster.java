package io.hpc4j.local;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Job;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.JobReports;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A local cluster that is open in this process, for all who have connected to its folder: closed with the last of them.
 */
final class SharedCluster implements JobReports {

    /** Guarded by this class. */
    private static final Map<Path, SharedCluster> OPEN = new HashMap<>();

    private final Path root;
    private final LocalSettings settings;
    private final LocalCluster cluster;
    private final List<JobReports> members = new CopyOnWriteArrayList<>();

    private SharedCluster(Path root, LocalSettings settings, BackendContext context, Map<String, String> environment) {
        this.root = root;
        this.settings = settings;
        this.cluster = LocalCluster.open(
                settings, new BackendContext(context.uri(), context.transport(), context.clock(), this), environment);
    }

    /**
     * Joins those who have the cluster open, or opens it.
     *
     * @throws BackendUnavailableException if another process has it open, or this one with other settings, or its folder
     *     cannot be used
     */
    static SharedCluster join(LocalSettings settings, BackendContext context, Map<String, String> environment) {
        synchronized (SharedCluster.class) {
            Path root = StateFolder.make(settings.folder());
            SharedCluster shared = OPEN.get(root);
            if (shared == null) {
                shared = new SharedCluster(root, settings, context, environment);
                OPEN.put(root, shared);
            } else if (!shared.settings.equals(settings)) {
                throw new BackendUnavailableException(
                        ("the local cluster in %s is open in this process with other settings; use the same, or close it"
                                        + " first")
                                .formatted(root));
            }
            shared.members.add(context.reports());
            return shared;
        }
    }

    LocalCluster cluster() {
        return cluster;
    }

    void leave(JobReports member) {
        synchronized (SharedCluster.class) {
            members.remove(member);
            if (members.isEmpty()) {
                OPEN.remove(root);
                cluster.close();
            }
        }
    }

    @Override
    public void report(Collection<Job> jobs) {
        members.forEach(member -> member.report(jobs));
    }

    @Override
    public void wake() {
        members.forEach(JobReports::wake);
    }
}
