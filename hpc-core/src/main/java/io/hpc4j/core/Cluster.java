package io.hpc4j.core;

import io.hpc4j.core.internal.CallBudget;
import io.hpc4j.core.internal.FlightRecorder;
import io.hpc4j.core.recording.MachineFacts;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.recording.SupportBundle;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cluster: the door to its scheduler. May be shared between threads. Closing it leaves its jobs running; who
 * connects again with the same store takes up every open job where it stood.
 *
 * <p>What a scheduler cannot do is absent from {@link #capabilities()}, and asking for it is an
 * {@link UnsupportedOperationException} that names it, before anything is sent.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);
    private static final int TAIL_BYTES = 1 << 20;
    private static final String CALLS_PER_MINUTE = "callsPerMinute";
    private static final int USUAL_CALLS_PER_MINUTE = 120;

    private final ClusterUri uri;
    private final Transport transport;
    private final SchedulerBackend backend;
    private final JobStore store;
    private final JobWatcher watcher;
    private final JobEvents events;
    private final Submitter submitter;
    private final Insight insight;
    private final FlightRecorder recorder;
    private final StateFolder state;
    private boolean closed;

    private Cluster(Builder b, SchedulerBackendProvider provider, Transport transport) {
        this.uri = b.uri;
        this.transport = transport;
        this.store = b.store;
        this.state = b.state;
        String name = uri.toString();
        int callsPerMinute = b.callsPerMinute();
        events = new JobEvents(name, store, b.watch);
        List<Delivery.Subscriber<MetricSample>> samples = new ArrayList<>();
        for (MetricsSink sink : b.sinks) {
            events.subscribe("sink " + sink.getClass().getName(), sink::accept);
            samples.add(events.delivery().subscriber("sink " + sink.getClass().getName(), sink::accept));
        }
        Metrics metrics = new Metrics(name, b.clock, samples);
        CallBudget budget = CallBudget.of(name, callsPerMinute, b.state.budget(uri), b.clock, metrics);
        recorder = new FlightRecorder(uri, b.clock, budget, metrics, b.recordingFile());
        SchedulerBackend[] opened = new SchedulerBackend[1];
        watcher = new JobWatcher(
                name,
                b.watch,
                b.clock,
                events,
                metrics,
                budget,
                () -> Objects.requireNonNull(opened[0], "not open yet"));
        try {
            backend = recorder.around(provider.open(new BackendContext(
                    uri.withoutParameter(CALLS_PER_MINUTE), recorder.around(transport), b.clock, watcher)));
        } catch (RuntimeException | Error e) {
            events.close();
            throw e;
        }
        opened[0] = backend;
        submitter = new Submitter(this, backend, store, watcher, events, metrics, b.clock);
        insight = new Insight(this, backend, store, b.clock);
        watcher.start(submitter::lookForTasks);
    }

    /**
     * Connects to a cluster, with everything as usual.
     *
     * @param uri {@code local:}, {@code slurm:}, {@code slurm+ssh://ada@login.example.org} and the like; see
     *     {@link ClusterUri}
     * @throws IllegalArgumentException if the address cannot be read
     * @throws NoSuchBackendException if the backend or transport it names is not on the class path
     * @throws BackendUnavailableException if the scheduler cannot be reached
     */
    public static Cluster connect(String uri) {
        return builder(uri).connect();
    }

    /**
     * Begins to connect, with choices.
     *
     * @throws IllegalArgumentException if the address cannot be read
     */
    public static Builder builder(String uri) {
        return new Builder(ClusterUri.parse(uri));
    }

    /** The cluster's address. */
    public ClusterUri uri() {
        return uri;
    }

    /** What its scheduler can do. */
    public Set<Capability> capabilities() {
        return backend.capabilities();
    }

    // ---------------------------------------------------------------- submitting

    /**
     * Submits a job. With a key that was used before, the job of that time is returned and nothing is sent.
     *
     * @throws RejectedJobException if the scheduler refuses the request as it stands; nothing is left behind
     * @throws BackendUnavailableException if the scheduler cannot be reached; the same request with the same key may
     *     be submitted again and will not run twice
     * @throws UnsupportedOperationException if the request needs a missing {@link Capability}
     */
    public JobHandle submit(JobRequest request) {
        return submitter.submit(request);
    }

    /**
     * Submits many jobs, in as few calls as the scheduler allows. All requests are checked before any is sent.
     *
     * @return the handles, in the order of the requests
     * @throws BatchSubmitException if some failed; it has the handles of the others
     */
    public List<JobHandle> submitAll(List<JobRequest> requests) {
        return submitter.submitAll(requests);
    }

    /**
     * Submits an array of alike jobs, told apart by their index in {@code HPC_ARRAY_INDEX} and in paths by {@code %a}.
     *
     * @return the handles of its tasks, in the order of their indexes
     */
    public List<JobHandle> submitArray(JobRequest request, ArrayRange range) {
        return submitter.submitArray(request, range);
    }

    /**
     * Says what would become of a request: the script and the command, what is passed on, translated, defaulted or
     * refused, and when it would start. Submits nothing and keeps nothing. A request that would be refused is a plan
     * too, and no exception.
     */
    public JobPlan plan(JobRequest request) {
        return insight.plan(request);
    }

    /** Says what would become of an array, as {@link #plan} does of one job. */
    public JobPlan planArray(JobRequest request, ArrayRange range) {
        return insight.planArray(request, range);
    }

    // ---------------------------------------------------------------- finding

    /**
     * Watches a job that was submitted some time, by whomever.
     *
     * @throws NoSuchJobException if neither the scheduler nor the store knows it
     */
    public JobHandle attach(JobId id) {
        return watchedNow(id)
                .or(() -> find(id).map(this::handle))
                .orElseThrow(() -> new NoSuchJobException("%s knows no job %s".formatted(uri, id)));
    }

    /** The jobs that are being watched now: submitted, attached or taken up from the store, and not ended. */
    public List<JobHandle> openJobs() {
        return watcher.watched().stream()
                .map(w -> new JobHandle(this, w))
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    /** What is known of a job: by the queue, else by the accounting, else by the store. */
    public Optional<Job> find(JobId id) {
        Job queued = backend.statusOf(List.of(id)).get(id);
        if (queued != null) {
            return Optional.of(queued);
        }
        Job past = backend.historyOf(List.of(id)).get(id);
        if (past != null) {
            return Optional.of(past);
        }
        return watcher.ended(id).or(() -> store.find(uri.toString(), id).flatMap(StoredJob::job));
    }

    /**
     * Says why a job waits or why it ended, and what to do about it. Reads the last lines of its standard error if it
     * ran and did not succeed.
     *
     * @throws NoSuchJobException if neither the scheduler nor the store knows it
     */
    public Explanation explain(JobId id) {
        return insight.explain(id);
    }

    /** What a job was asked with: as the store remembers it, or else the scheduler, if it keeps requests whole. */
    public Optional<JobRequest> requestOf(JobId id) {
        String name = uri.toString();
        return store.find(name, id)
                .flatMap(s ->
                        s.request().or(() -> store.findByKey(name, s.key()).flatMap(StoredJob::request)))
                .or(() -> backend.requestOf(id));
    }

    /** The jobs that meet a query, as far back as the scheduler remembers, in the order of their ids. */
    public List<Job> list(JobQuery query) {
        return backend.list(query);
    }

    /** Calls a listener with every change of every watched job, in order and never twice at once. */
    public Subscription onEvent(Consumer<JobEvent> listener) {
        return events.subscribe("listener of all jobs", listener);
    }

    /**
     * Calls a durable listener with every end that the store has recorded and it was not told yet, also those of earlier
     * processes: in the order in which they were recorded, one at a time, each until it returns. A name that the store does
     * not know begins with the first end that the store remembers. How far it is, is kept in the store; what it has returned
     * from is never told again. If it throws, it is told the same end again after a pause that grows; if the process is
     * killed meanwhile, the next process tells it. Only in these two cases it may have seen the end before, and
     * {@link JobEnd#maybeSeen} says so.
     *
     * <p>The process that registers a name last is the one that tells it. Ends that other processes record with the same
     * store are told together with the next one that this cluster records. The store keeps ended jobs until each listener
     * was told; {@link JobStore#forgetListener} lets go of one that does not come back.
     *
     * @param name 1 to 64 letters, digits, dots, dashes and underscores
     * @return closing it waits a moment for a call that is under way; the name may be used again then
     * @throws IllegalStateException if a listener of that name was registered here already
     */
    public Subscription onEnd(String name, Consumer<JobEnd> listener) {
        return events.endListeners().subscribe(name, listener);
    }

    /**
     * The changes of all watched jobs from the subscription on, for those who pull them, by the rules of Reactive Streams.
     * Who is slow holds up nobody: up to 1024 events are kept for each subscriber one by one; above that the changes of a
     * job are one event, from the last snapshot that was told to the newest one, so that no end is lost. When the cluster
     * is closed, subscribers are told what is left as they request it, and then {@code onComplete}.
     */
    public Flow.Publisher<JobEvent> events() {
        return events.publisher();
    }

    /** A new {@link java.util.concurrent.ExecutorService} whose tasks are commands. */
    public ClusterExecutor executor() {
        return new ClusterExecutor(this);
    }

    // ---------------------------------------------------------------- steering

    /**
     * Ends jobs, running or not, in one call. One that has ended already is no error.
     *
     * @throws NoSuchJobException if one was never known; the others are cancelled all the same
     */
    public void cancel(Collection<JobId> ids) {
        steer(null, ids, backend::cancel);
    }

    /**
     * Keeps waiting jobs from starting.
     *
     * @throws RejectedJobException if one is not waiting; the same holds for the methods below and their states
     */
    public void hold(Collection<JobId> ids) {
        steer(Capability.HOLD, ids, backend::hold);
    }

    /** Lets held jobs start again. */
    public void release(Collection<JobId> ids) {
        steer(Capability.HOLD, ids, backend::release);
    }

    /** Stops the processes of running jobs. */
    public void suspend(Collection<JobId> ids) {
        steer(Capability.SUSPEND, ids, backend::suspend);
    }

    /** Lets the processes of suspended jobs go on. */
    public void resume(Collection<JobId> ids) {
        steer(Capability.SUSPEND, ids, backend::resume);
    }

    /** Ends running jobs and puts them back into the queue. */
    public void requeue(Collection<JobId> ids) {
        steer(Capability.REQUEUE, ids, backend::requeue);
    }

    private void steer(@Nullable Capability needed, Collection<JobId> ids, Consumer<Collection<JobId>> call) {
        if (needed != null && !capabilities().contains(needed)) {
            throw RequestCheck.missing(uri, needed);
        }
        if (ids.isEmpty()) {
            return;
        }
        try {
            call.accept(List.copyOf(ids));
        } finally {
            watcher.wake();
        }
    }

    // ---------------------------------------------------------------- the cluster itself

    /** Its queues, ordered by name. */
    public List<QueueInfo> queues() {
        return backend.queues();
    }

    /** Its nodes, ordered by name. */
    public List<NodeInfo> nodes() {
        return backend.nodes();
    }

    /** Its installed programs. */
    public ProgramCatalog programs() {
        return backend.programs();
    }

    /** What a look at the scheduler shows of its health; the same without connecting: {@link Builder#findings()}. */
    public List<Finding> findings() {
        return backend.findings();
    }

    /** The files of the machine where its scheduler's commands run. */
    public RemoteFiles files() {
        return transport.files();
    }

    /** The newest calls of its scheduler, and what was made of each: for whoever looks for the reason of something. */
    public Recording recording() {
        return recorder.recording();
    }

    /**
     * The recording together with what earlier processes of this user have kept of theirs; see
     * {@link Builder#keepRecording}.
     *
     * @throws UncheckedIOException if that cannot be read
     */
    public Recording keptRecording() {
        return state.readRecording(uri).and(recording());
    }

    /** Begins a support bundle about this cluster, with its recording and what can be told without asking anybody. */
    public SupportBundle.Builder supportBundle() {
        SupportBundle.Builder bundle = SupportBundle.of(uri, this::keptRecording);
        MachineFacts.addTo(bundle);
        bundle.setting("state folder " + state);
        bundle.fact("capabilities " + new TreeSet<>(capabilities()));
        bundle.fact("jobs being watched " + watcher.watched().size());
        return bundle;
    }

    /** Stops watching and lets go of the scheduler. Its jobs go on; who waits for one is freed with an exception. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        watcher.close();
        try {
            backend.close();
        } finally {
            transport.close();
        }
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    // ---------------------------------------------------------------- for handles and the submitter

    JobHandle handle(Job job) {
        return new JobHandle(this, watcher.watch(job));
    }

    private Optional<JobHandle> watchedNow(JobId id) {
        return watcher.watched(id).map(w -> new JobHandle(this, w));
    }

    /** Says that the store has recorded an end other than by an event. */
    void endRecorded() {
        events.endListeners().wake();
    }

    Job refresh(JobId id) {
        if (!backend.reportsEveryChange()) {
            try {
                watcher.poll().join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        return watcher.watched(id)
                .map(WatchedJob::job)
                .or(() -> find(id))
                .orElseThrow(() -> new NoSuchJobException("%s knows no job %s".formatted(uri, id)));
    }

    String tail(Optional<String> path) {
        return path.filter(p -> files().stat(p).isPresent())
                .map(p -> new String(files().tail(p, TAIL_BYTES), StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Chooses how to connect. For one thread. */
    public static final class Builder {

        private final ClusterUri uri;
        private JobStore store = JobStore.inMemory();
        private Clock clock = Clock.systemUTC();
        private final List<MetricsSink> sinks = new ArrayList<>();
        private WatchSettings watch = WatchSettings.DEFAULT;
        private @Nullable SchedulerBackendProvider provider;
        private @Nullable Transport transport;
        private StateFolder state = StateFolder.usual();
        private boolean keepsRecording;
        private OptionalInt callsPerMinute = OptionalInt.empty();

        private Builder(ClusterUri uri) {
            this.uri = uri;
        }

        /** Remembers jobs in this store, which stays open when the cluster is closed; in memory unless set. */
        public Builder store(JobStore store) {
            this.store = store;
            return this;
        }

        /** Takes the time from this clock; the system's unless set. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Tells this sink what is measured and what happens; it stays open when the cluster is closed. */
        public Builder sink(MetricsSink sink) {
            sinks.add(sink);
            return this;
        }

        /** Watches jobs like this; {@link WatchSettings#DEFAULT} unless set. */
        public Builder watch(WatchSettings settings) {
            this.watch = settings;
            return this;
        }

        /** Uses this provider instead of looking for one on the class path. */
        public Builder provider(SchedulerBackendProvider provider) {
            this.provider = provider;
            return this;
        }

        /** Uses this transport, closed with the cluster, instead of looking for one on the class path. */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /** Shares with other processes of this user what is in this folder; {@link StateFolder#usual} unless set. */
        public Builder state(StateFolder folder) {
            this.state = folder;
            return this;
        }

        /** Appends the recording to a file in the state folder too, so that it outlives this process. */
        public Builder keepRecording() {
            this.keepsRecording = true;
            return this;
        }

        /**
         * Runs no more commands of the scheduler than this in any minute, together with all processes of this user
         * that have the same state folder. Polls are put off, other commands wait for a bounded time; none fails. 120
         * unless set here or by the address, as in {@code slurm:?callsPerMinute=60}.
         *
         * @param limit at least 8; 0 for any number
         * @throws IllegalArgumentException if it is less
         */
        public Builder callsPerMinute(int limit) {
            this.callsPerMinute = OptionalInt.of(CallBudget.checked(limit));
            return this;
        }

        private int callsPerMinute() {
            return callsPerMinute.orElseGet(
                    () -> uri.parameter(CALLS_PER_MINUTE).map(Builder::number).orElse(USUAL_CALLS_PER_MINUTE));
        }

        private static int number(String text) {
            try {
                return CallBudget.checked(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "%s must be a number, was %s".formatted(CALLS_PER_MINUTE, Text.quoted(text)), e);
            }
        }

        private Optional<Path> recordingFile() {
            return keepsRecording ? Optional.of(state.recording(uri)) : Optional.empty();
        }

        /**
         * Looks at what connecting needs, without connecting: which backends and transports are on the class path, and
         * what the backend's provider finds. Never fails; what cannot be looked at is a finding.
         */
        public List<Finding> findings() {
            return ClassPathFindings.of(
                    uri.withoutParameter(CALLS_PER_MINUTE),
                    Optional.ofNullable(provider),
                    Optional.ofNullable(transport),
                    clock);
        }

        /**
         * Connects.
         *
         * @throws NoSuchBackendException if the backend or transport is not on the class path
         * @throws BackendUnavailableException if the scheduler cannot be reached
         */
        public Cluster connect() {
            SchedulerBackendProvider chosen = provider != null ? provider : Discovery.backend(uri.backend());
            Transport open = transport != null ? transport : Discovery.openTransport(uri);
            Cluster cluster;
            try {
                cluster = new Cluster(this, chosen, open);
            } catch (RuntimeException | Error e) {
                open.close();
                throw e;
            }
            try {
                cluster.submitter.takeUp();
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
            log.debug("{}: connected", uri);
            return cluster;
        }
    }
}
