package io.hpc4j.core.spi;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Finding;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.Payload;
import io.hpc4j.core.ProgramCatalog;
import io.hpc4j.core.QueueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A connection to one scheduler. May be shared between threads. Closing it leaves its jobs running.
 *
 * <p>Requests reach a backend checked against its {@link #capabilities} and with a key. A scheduler that cannot be
 * reached is a {@linkplain HpcException#isTransient transient} exception, never an empty answer. What belongs to a
 * capability that is not offered needs no method of its own: the default refuses it.
 */
public interface SchedulerBackend extends AutoCloseable {

    /** What this scheduler can do, as far as its backend has found out; the same for the backend's whole life. */
    Set<Capability> capabilities();

    /**
     * Whether every change of a job is told to {@link JobReports} as it happens, and {@link #statusOf} costs nothing:
     * then asking is only a safeguard.
     */
    default boolean reportsEveryChange() {
        return false;
    }

    /**
     * Hands a job to the scheduler. After an exception no job is left behind, except after a transient one: then
     * {@linkplain #findByKey look} before submitting again.
     *
     * @throws io.hpc4j.core.RejectedJobException if the scheduler refuses the request as it stands
     */
    JobId submit(JobRequest request);

    /**
     * Hands many jobs to the scheduler, in as few calls as it allows.
     *
     * @return a submission for each request, in the same order
     */
    default List<Submission> submitAll(List<JobRequest> requests) {
        List<Submission> all = new ArrayList<>(requests.size());
        for (JobRequest request : requests) {
            try {
                all.add(new Submission.Accepted(submit(request)));
            } catch (HpcException e) {
                all.add(new Submission.Failed(e));
            } catch (IllegalArgumentException e) {
                all.add(Submission.Failed.refused(e));
            }
        }
        return all;
    }

    /**
     * Hands an array of jobs to the scheduler, as {@link #submit} does one.
     *
     * @return the ids of the tasks, in the order of their indexes
     */
    default List<JobId> submitArray(JobRequest request, ArrayRange range) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.ARRAYS);
    }

    /**
     * Asks the queue for many jobs in one round trip. Jobs that it does not have, or no longer has, are absent from
     * the answer.
     */
    Map<JobId, Job> statusOf(Collection<JobId> ids);

    /**
     * Asks for jobs that the queue no longer has: the scheduler's accounting, or else what the job's own script
     * recorded. What neither knows is absent from the answer.
     */
    default Map<JobId, Job> historyOf(Collection<JobId> ids) {
        return Map.of();
    }

    /** Asks for the jobs that meet a query, ended ones as far as the scheduler remembers them. */
    List<Job> list(JobQuery query);

    /**
     * Ends jobs, running or not. One that has ended already is no error.
     *
     * @throws io.hpc4j.core.NoSuchJobException if one was never known; the others are cancelled all the same
     */
    void cancel(Collection<JobId> ids);

    /**
     * Keeps waiting jobs from starting. For this and the next four methods: a job in a state where it makes no sense
     * is a {@link io.hpc4j.core.RejectedJobException}, an unknown one a {@link io.hpc4j.core.NoSuchJobException}.
     */
    default void hold(Collection<JobId> ids) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.HOLD);
    }

    /** Lets held jobs start again. */
    default void release(Collection<JobId> ids) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.HOLD);
    }

    /** Stops the processes of running jobs. */
    default void suspend(Collection<JobId> ids) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.SUSPEND);
    }

    /** Lets the processes of suspended jobs go on. */
    default void resume(Collection<JobId> ids) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.SUSPEND);
    }

    /** Ends running jobs and puts them back into the queue. */
    default void requeue(Collection<JobId> ids) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.REQUEUE);
    }

    /**
     * Finds the job that was submitted with this key, ended or not, as far back as the scheduler remembers. For an
     * array it is the first task.
     */
    default Optional<JobId> findByKey(String key) {
        throw new UnsupportedOperationException("this scheduler does not offer " + Capability.FIND_BY_KEY);
    }

    /** What a job was asked with, if the scheduler keeps requests whole; unless overridden, it does not. */
    default Optional<JobRequest> requestOf(JobId id) {
        return Optional.empty();
    }

    /**
     * Says what would become of a request, and changes nothing: the very script and command, and of each field of the
     * request what is passed on, translated, defaulted or refused. A refusal is part of the plan, never an exception.
     *
     * <p>The request may ask for what is not offered: whoever calls has refused that already, and it is passed over
     * here. Unless overridden, the plan is the request as it stands.
     */
    default JobPlan plan(JobRequest request) {
        JobPlan.Builder plan = JobPlan.builder(request);
        Payload payload = request.payload();
        if (payload instanceof Payload.Command command) {
            plan.command(command.arguments());
        } else if (payload instanceof Payload.ScriptText text) {
            plan.script(text.text());
        } else if (payload instanceof Payload.ScriptFile file) {
            List<String> words = new ArrayList<>(List.of(file.path()));
            words.addAll(file.arguments());
            plan.command(words);
        }
        return plan.warning("this backend cannot foresee more of the request than that it can be sent")
                .build();
    }

    /** Says what would become of an array, as {@link #plan} does of one job. */
    default JobPlan planArray(JobRequest request, ArrayRange range) {
        return plan(request).toBuilder()
                .field(new JobPlan.Field(
                        "array",
                        JobPlan.Outcome.PASSED,
                        Optional.of(range.toString()),
                        Optional.empty(),
                        Optional.empty()))
                .build();
    }

    /**
     * Tells what is known of a job beyond its snapshot: why it waits, why it ended. Nothing unless overridden; of a
     * job that is not known, nothing.
     */
    default Circumstances explain(Job job) {
        return Circumstances.NONE;
    }

    /**
     * Looks at what this backend needs to keep its promises: commands, versions, accounting, nodes. Never throws; what
     * cannot be looked at is a finding. Nothing unless overridden.
     */
    default List<Finding> findings() {
        return List.of();
    }

    /** The queues, ordered by name; none where the scheduler has none. */
    default List<QueueInfo> queues() {
        return List.of();
    }

    /** The nodes, ordered by name; none where the scheduler tells none. */
    default List<NodeInfo> nodes() {
        return List.of();
    }

    /** The installed programs; none unless the backend knows of a way. */
    default ProgramCatalog programs() {
        return ProgramCatalog.of(List.of());
    }

    /** Lets go of the scheduler; jobs go on. */
    @Override
    default void close() {}
}
