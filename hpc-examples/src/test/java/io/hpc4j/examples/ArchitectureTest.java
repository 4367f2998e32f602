package io.hpc4j.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the modules, and what no module may do. Holds for all main classes of all modules. */
class ArchitectureTest {

    private static final String ROOT = "io.hpc4j.";

    /** What each module compiles against, by the part of its package behind {@code io.hpc4j}. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("core", Set.of()),
            entry("testkit", Set.of("core")),
            entry("local", Set.of("core")),
            entry("slurm", Set.of("core")),
            entry("sge", Set.of("core")),
            entry("torque", Set.of("core")),
            entry("transport.ssh", Set.of("core")),
            entry("store", Set.of("core")),
            entry("hpl", Set.of("core", "store")),
            entry("metrics", Set.of("core", "store")),
            entry("server", Set.of("core", "store", "hpl", "metrics")),
            entry(
                    "examples",
                    Set.of(
                            "core",
                            "local",
                            "slurm",
                            "sge",
                            "torque",
                            "transport.ssh",
                            "store",
                            "hpl",
                            "metrics",
                            "server")));

    private static final String[] LIBRARY = {
        "io.hpc4j.core..",
        "io.hpc4j.local..",
        "io.hpc4j.slurm..",
        "io.hpc4j.sge..",
        "io.hpc4j.torque..",
        "io.hpc4j.transport..",
        "io.hpc4j.store..",
        "io.hpc4j.hpl..",
        "io.hpc4j.metrics.."
    };

    private static JavaClasses main = new ClassFileImporter().importClasses();

    @BeforeAll
    static void importAllModules() {
        main = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.hpc4j");
    }

    @Test
    void everyMainClassOfEveryModuleIsSeen() {
        List<String> inSources = ProjectFolders.modules().stream()
                .flatMap(module -> ProjectFolders.mainSources(module).stream().map(file -> className(module, file)))
                .toList();

        assertThat(main.stream().map(JavaClass::getName)).containsAll(inSources);
    }

    @Test
    void everyClassBelongsToAModule() {
        classes()
                .should()
                .resideInAnyPackage(ARROWS.keySet().stream()
                        .map(ArchitectureTest::packagesOf)
                        .toArray(String[]::new))
                .check(main);
    }

    @Test
    void noPackageIsInTwoModules() {
        Map<String, Path> owners = new HashMap<>();
        for (Path module : ProjectFolders.modules()) {
            for (Path file : ProjectFolders.mainSources(module)) {
                String name = className(module, file);
                Path owner = owners.putIfAbsent(name.substring(0, name.lastIndexOf('.')), module);
                assertThat(owner).as("module of the package of %s", name).isIn(null, module);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> moduleCompilesAgainstTheModulesOfItsArrowsOnly() {
        return ARROWS.keySet().stream()
                .sorted()
                .map(module -> DynamicTest.dynamicTest(
                        module,
                        () -> noClasses()
                                .that()
                                .resideInAPackage(packagesOf(module))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(notBelow(module))
                                        .as("reside in a module that '%s' has no arrow to", module))
                                .allowEmptyShould(true)
                                .check(main)));
    }

    @Test
    void coreUsesSlf4jJspecifyAndTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("io.hpc4j.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.hpc4j.core..", "java..", "jdk.jfr..", "org.slf4j..", "org.jspecify..")
                .check(main);
    }

    @TestFactory
    Stream<DynamicTest> internalPackagesAreUsedByTheirOwnModuleOnly() {
        return ARROWS.keySet().stream()
                .sorted()
                .map(module -> DynamicTest.dynamicTest(
                        module,
                        () -> check(noClasses()
                                .that(resideOutsideOfPackage(packagesOf(module)))
                                .should()
                                .dependOnClassesThat(resideInAPackage(ROOT + module + "..internal.."))
                                .because("only " + module + " knows what it keeps internal"))));
    }

    @Test
    void schedulersOfCommandsShowNothingButTheirProvider() {
        check(classes()
                .that()
                .resideInAnyPackage("io.hpc4j.slurm..", "io.hpc4j.sge..", "io.hpc4j.torque..")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .haveSimpleNameEndingWith("Provider"));
    }

    @Test
    void everyPackageIsNullMarked() {
        for (Path module : ProjectFolders.modules()) {
            for (Path file : ProjectFolders.mainSources(module)) {
                String name = className(module, file);
                String folder = name.substring(0, name.lastIndexOf('.'));
                assertThat(main.getPackage(folder).isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .as("@NullMarked on package %s", folder)
                        .isTrue();
            }
        }
    }

    @Test
    void nobodyLogsToJavaUtilLogging() {
        check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
    }

    @Test
    void onlyCommandsAndExamplesPrint() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.hpc4j.server..", "io.hpc4j.examples..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
    }

    @Test
    void onlyCommandsAndExamplesEndTheJvm() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.hpc4j.server..", "io.hpc4j.examples..")
                .should()
                .callMethod(System.class, "exit", int.class));
    }

    @Test
    void libraryNeverSleepsExceptForTheProcessesOfLocalNodes() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(LIBRARY)
                        .and()
                        .resideOutsideOfPackage("io.hpc4j.local..")
                        .should()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .callMethod(Thread.class, "sleep", long.class, int.class)
                        .because(
                                "who waits, waits for a condition that can end the wait early; only the start of a foreign process has none"));
    }

    @Test
    void libraryAsksItsClockForTheTime() {
        check(noClasses()
                .that()
                .resideInAnyPackage(LIBRARY)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("tests advance the clock"));
    }

    /** Checks a rule that may find no class yet, since a module may hold its description only. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(main);
    }

    private static String packagesOf(String module) {
        return ROOT + module + "..";
    }

    private static String[] notBelow(String module) {
        Set<String> below = ARROWS.getOrDefault(module, Set.of());
        return ARROWS.keySet().stream()
                .filter(other -> !other.equals(module) && !below.contains(other))
                .map(ArchitectureTest::packagesOf)
                .toArray(String[]::new);
    }

    private static String className(Path module, Path file) {
        String path = module.resolve("src/main/java").relativize(file).toString();
        return path.substring(0, path.length() - ".java".length()).replace('/', '.');
    }
}
