package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Finding;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.Circumstances;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A kit is worth what it finds: each backend here has one fault, and the kit has to see it. */
class KitCanFailTest {

    /** A behaviour that all of them have, so that a kit in which everything fails is no success. */
    private static final String SOUND = "jobThatExitsWithZeroIsCompleted";

    // ---------------------------------------------------------------- the faults

    abstract static class Faulty extends SchedulerBackendKit {

        @TempDir
        private Path folder;

        ProcessBackend.Machine machine;

        @BeforeEach
        void makeMachine() {
            machine = new ProcessBackend.Machine(folder, 4);
        }

        abstract SchedulerBackend open();

        @Override
        protected SchedulerBackendProvider provider() {
            return new ProcessBackendProvider(this::open);
        }

        @Override
        protected String uri() {
            return "process:";
        }

        @Override
        protected String scratch() {
            return folder.toString();
        }

        @Override
        protected Duration maxWait() {
            return Duration.ofSeconds(5);
        }
    }

    static class Sound extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine);
        }
    }

    static class TellsEveryFailureAsCodeOne extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                ExitStatus exitStatus(int code) {
                    return ExitStatus.ofCode(Math.min(code, 1));
                }
            };
        }
    }

    static class SaysWhereItDeviates extends TellsEveryFailureAsCodeOne {
        @Override
        protected Map<String, String> deviations() {
            return Map.of("jobThatExitsWithThreeIsFailedWithCodeThree", "it knows one exit code", "noSuchTest", "gone");
        }
    }

    static class LeaksItsEnvironment extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                void prepare(Map<String, String> environment) {
                    // the fault: what this process has stays in it
                }
            };
        }
    }

    static class ForgetsKeys extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public Optional<JobId> findByKey(String key) {
                    return Optional.empty();
                }
            };
        }
    }

    static class PromisesTooMuch extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public Set<Capability> capabilities() {
                    return EnumSet.of(Capability.FIND_BY_KEY, Capability.HOLD, Capability.WALLTIME);
                }
            };
        }
    }

    static class CancelsWhatItDoesNotKnow extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public void cancel(Collection<JobId> ids) {
                    try {
                        super.cancel(ids);
                    } catch (NoSuchJobException e) {
                        return; // the fault
                    }
                }
            };
        }
    }

    static class LosesJobsWhenClosed extends Faulty {

        private final List<ProcessBackend.Machine> lost = new ArrayList<>();

        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public void close() {
                    lost.add(machine);
                    makeMachine();
                }
            };
        }

        @AfterEach
        void endLostJobs() {
            for (ProcessBackend.Machine one : lost) {
                ProcessBackend backend = new ProcessBackend(one);
                backend.cancel(
                        backend.list(JobQuery.all()).stream().map(Job::id).toList());
            }
        }
    }

    static class PlansBySubmitting extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public JobPlan plan(JobRequest request) {
                    submit(request);
                    return super.plan(request);
                }
            };
        }
    }

    static class PlansSomethingElse extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public JobPlan plan(JobRequest request) {
                    return JobPlan.builder(request).command(List.of("other")).build();
                }
            };
        }
    }

    static class ExplainsWrongly extends Faulty {
        @Override
        SchedulerBackend open() {
            return new ProcessBackend(machine) {
                @Override
                public Circumstances explain(Job job) {
                    Reason wrong = Reason.of(Reason.Type.EXIT_CODE).with("code", 1);
                    return new Circumstances(Optional.empty(), List.of(wrong), Optional.empty());
                }

                @Override
                public List<Finding> findings() {
                    return List.of(new Finding("weather", Finding.Level.WARNING, "rain", Optional.empty()));
                }
            };
        }
    }

    // ---------------------------------------------------------------- what the kit says

    /** Runs some of a kit's tests, and returns the names of those that failed. */
    private static Set<String> failures(Class<?> kit, String... tests) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        request.selectors(selectMethod(kit, SOUND));
        for (String test : tests) {
            request.selectors(selectMethod(kit, test));
        }
        LauncherDiscoveryRequest built =
                request.configurationParameter("jqwik.database", "").build();
        Recorder recorder = new Recorder();
        LauncherFactory.create().execute(built, recorder);
        assertThat(recorder.finished).isEqualTo(tests.length + 1);
        return recorder.failed;
    }

    private static final class Recorder implements TestExecutionListener {
        private final Set<String> failed = new TreeSet<>();
        private int finished;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest()) {
                return;
            }
            finished++;
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failed.add(test.getLegacyReportingName().replace("()", ""));
            }
        }
    }

    @Test
    void soundBackendPassesWhatTheFaultyOnesFail() {
        assertThat(failures(
                        Sound.class,
                        "jobThatExitsWithThreeIsFailedWithCodeThree",
                        "environmentOfTheSubmitterDoesNotLeak",
                        "jobWhoseAnswerWasLostIsFoundByItsKeyAndRunsOnce",
                        "cancellingAnUnknownJobSaysSo",
                        "jobGoesOnWhenTheClusterIsClosedAndIsTakenUpByTheSameStore"))
                .isEmpty();
    }

    @Test
    void soundBackendPassesWhatThoseWithoutInsightFail() {
        assertThat(failures(
                        Sound.class,
                        "planSubmitsNothingAndKeepsNothingOfItsKey",
                        "planOfARequestThatWouldBeRefusedNamesTheFieldOrWarns",
                        "commandThatRunsStandsInThePlan",
                        "scriptThatRunsStandsInThePlan",
                        "failedJobIsExplainedByItsExitCodeAndStandardError",
                        "completedJobIsExplainedAsSuccess",
                        "findingsOfASoundClusterShowNoProblem"))
                .isEmpty();
    }

    @Test
    void planThatSubmitsIsSeen() {
        assertThat(failures(PlansBySubmitting.class, "planSubmitsNothingAndKeepsNothingOfItsKey"))
                .containsExactly("planSubmitsNothingAndKeepsNothingOfItsKey");
    }

    @Test
    void planOfSomethingElseIsSeen() {
        assertThat(failures(
                        PlansSomethingElse.class,
                        "commandThatRunsStandsInThePlan",
                        "scriptThatRunsStandsInThePlan",
                        "planOfARequestThatWouldBeRefusedNamesTheFieldOrWarns"))
                .hasSize(3);
    }

    @Test
    void wrongExplanationIsSeen() {
        assertThat(failures(
                        ExplainsWrongly.class,
                        "failedJobIsExplainedByItsExitCodeAndStandardError",
                        "completedJobIsExplainedAsSuccess",
                        "findingsOfASoundClusterShowNoProblem"))
                .hasSize(3);
    }

    @Test
    void wrongExitCodeIsSeen() {
        assertThat(failures(
                        TellsEveryFailureAsCodeOne.class,
                        "jobThatExitsWithOneIsFailedWithCodeOne",
                        "jobThatExitsWithThreeIsFailedWithCodeThree",
                        "jobThatTerminatesItselfIsFailedWithThatSignal"))
                .containsExactly(
                        "jobThatExitsWithThreeIsFailedWithCodeThree", "jobThatTerminatesItselfIsFailedWithThatSignal");
    }

    @Test
    void deviationIsSkippedAndOneThatNamesNoTestIsSeen() {
        assertThat(failures(
                        SaysWhereItDeviates.class,
                        "jobThatExitsWithThreeIsFailedWithCodeThree",
                        "deviationsNameTestsOfTheKit"))
                .containsExactly("deviationsNameTestsOfTheKit");
    }

    @Test
    void leakedEnvironmentIsSeen() {
        assertThat(failures(LeaksItsEnvironment.class, "environmentOfTheSubmitterDoesNotLeak"))
                .containsExactly("environmentOfTheSubmitterDoesNotLeak");
    }

    @Test
    void secondRunOfOneKeyIsSeen() {
        assertThat(failures(
                        ForgetsKeys.class,
                        "sameKeyIsSubmittedOnceByClientsThatDoNotKnowEachOther",
                        "jobWhoseAnswerWasLostIsFoundByItsKeyAndRunsOnce"))
                .hasSize(2);
    }

    @Test
    void capabilityThatIsOnlyPromisedIsSeen() {
        assertThat(failures(
                        PromisesTooMuch.class,
                        "jobSubmittedOnHoldDoesNotStartUntilReleased",
                        "jobIsEndedAtItsWalltime",
                        "arrayIsRefusedWhereArraysAreNotOffered"))
                .containsExactly("jobIsEndedAtItsWalltime", "jobSubmittedOnHoldDoesNotStartUntilReleased");
    }

    @Test
    void silenceAboutAnUnknownJobIsSeen() {
        assertThat(failures(CancelsWhatItDoesNotKnow.class, "cancellingAnUnknownJobSaysSo"))
                .containsExactly("cancellingAnUnknownJobSaysSo");
    }

    @Test
    void jobsThatEndWithTheirConnectionAreSeen() {
        assertThat(failures(LosesJobsWhenClosed.class, "jobGoesOnWhenTheClusterIsClosedAndIsTakenUpByTheSameStore"))
                .containsExactly("jobGoesOnWhenTheClusterIsClosedAndIsTakenUpByTheSameStore");
    }
}
