package dev.harken;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.TenantId;

/** The rooms of the house and the ways between them. */
@AnalyzeClasses(packages = "dev.harken", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> WIRING = List.of("dev.harken");
    private static final List<String> BENCH = List.of("dev.harken.bench");
    private static final List<String> CONSOLE = List.of("dev.harken.console..");
    private static final List<String> DASHBOARD = List.of("dev.harken.dashboard..");
    private static final List<String> HEALTH = List.of("dev.harken.health");
    /** What ends the job, telling, sees all that the job sees. */
    private static final List<String> JOB = List.of("dev.harken.monitoring", "dev.harken.monitoring.notify");

    private static final List<String> API = List.of(
            "dev.harken.clients",
            "dev.harken.users",
            "dev.harken.configs",
            "dev.harken.posts",
            "dev.harken.responses",
            "dev.harken.analytics",
            "dev.harken.live",
            "dev.harken.audit");
    private static final List<String> LISTENING = List.of("dev.harken.monitoring.(*)..");
    private static final List<String> HOUSEKEEPING = List.of("dev.harken.housekeeping");
    private static final List<String> OPENAPI = List.of("dev.harken.openapi..");
    private static final List<String> AUTH = List.of("dev.harken.auth");
    private static final List<String> HTTP = List.of("dev.harken.http..");

    @ArchTest
    static void noPackageImportsItselfBackInACircle(JavaClasses classes) {
        Map<String, Set<String>> imports = new TreeMap<>();
        for (JavaClass type : classes) {
            Set<String> imported = imports.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(use -> use.getTargetClass().getBaseComponentType().getPackageName())
                    .filter(name -> !name.equals(type.getPackageName()))
                    .forEach(imported::add);
        }
        // Without those that import none of the others, again and again, only circles are left and what imports them.
        while (imports.values().removeIf(imported -> imported.stream().noneMatch(imports::containsKey))) {
            imports.values().forEach(imported -> imported.retainAll(imports.keySet()));
        }
        assertThat(imports).isEmpty();
    }

    @ArchTest
    static final ArchRule nothingImportsTheWiring = importedOnlyBy(WIRING, List.of());

    @ArchTest
    static final ArchRule onlyTheWiringImportsTheBench = importedOnlyBy(BENCH, List.of(WIRING));

    @ArchTest
    static final ArchRule onlyTheWiringImportsTheConsole = importedOnlyBy(CONSOLE, List.of(WIRING));

    @ArchTest
    static final ArchRule onlyTheWiringImportsTheDashboard = importedOnlyBy(DASHBOARD, List.of(WIRING));

    @ArchTest
    static final ArchRule healthIsImportedFromAbove = importedOnlyBy(HEALTH, List.of(WIRING, CONSOLE));

    @ArchTest
    static final ArchRule theJobIsImportedFromAbove = importedOnlyBy(JOB, List.of(WIRING, CONSOLE, DASHBOARD));

    @ArchTest
    static final ArchRule theApiIsImportedFromAbove =
            importedOnlyBy(API, List.of(WIRING, CONSOLE, DASHBOARD, JOB, HOUSEKEEPING, BENCH));

    @ArchTest
    static final ArchRule onlyTheWiringImportsHousekeeping = importedOnlyBy(HOUSEKEEPING, List.of(WIRING));

    @ArchTest
    static final ArchRule listeningIsImportedFromAbove =
            importedOnlyBy(LISTENING, List.of(WIRING, CONSOLE, DASHBOARD, JOB, API, BENCH));

    @ArchTest
    static final ArchRule authIsImportedFromAbove =
            importedOnlyBy(AUTH, List.of(WIRING, CONSOLE, DASHBOARD, HEALTH, JOB, API, OPENAPI));

    @ArchTest
    static final ArchRule onlyTheWiringImportsTheApisDescription = importedOnlyBy(OPENAPI, List.of(WIRING));

    @ArchTest
    static final ArchRule httpIsImportedFromAbove =
            importedOnlyBy(HTTP, List.of(WIRING, CONSOLE, DASHBOARD, HEALTH, JOB, API, AUTH, BENCH, OPENAPI));

    private static ArchRule importedOnlyBy(List<String> layer, List<List<String>> above) {
        List<String> importers = new ArrayList<>(layer);
        above.forEach(importers::addAll);
        return noClasses()
                .that()
                .resideOutsideOfPackages(importers.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(layer.toArray(String[]::new));
    }

    @ArchTest
    static final ArchRule aResourceSpeaksHttpAndNoSql = noClasses()
            .that()
            .haveSimpleNameEndingWith("Resource")
            .should()
            .callMethodWhere(new DescribedPredicate<>("a session is asked for a query") {
                @Override
                public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                    return call.getTargetOwner().isAssignableTo(Session.class);
                }
            });

    @ArchTest
    static final ArchRule onlyADaoWritesSql = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Dao")
            .and()
            .resideOutsideOfPackage("dev.harken.database..")
            .should()
            .callMethodWhere(new DescribedPredicate<>("a session is asked for a query") {
                @Override
                public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                    return call.getTargetOwner().isAssignableTo(Session.class)
                            && call.getName().startsWith("create");
                }
            });

    /** Hibernate would need a proxy for it, of which it makes none here. */
    @ArchTest
    static final ArchRule whatBelongsToOneRowIsReadWithIt = noFields()
            .should(new ArchCondition<JavaField>("be read later than their row") {
                @Override
                public void check(JavaField field, ConditionEvents events) {
                    boolean later = field.tryGetAnnotationOfType(ManyToOne.class)
                                    .map(one -> one.fetch() == FetchType.LAZY)
                                    .orElse(false)
                            || field.tryGetAnnotationOfType(OneToOne.class)
                                    .map(one -> one.fetch() == FetchType.LAZY)
                                    .orElse(false);
                    events.add(new SimpleConditionEvent(field, later, field.getFullName()));
                }
            });

    @ArchTest
    static final ArchRule sessionsAreOpenedForATenantInOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.harken.database.Transactions")
            .should()
            .callMethodWhere(new DescribedPredicate<>("a session is opened") {
                @Override
                public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                    return call.getTargetOwner().isAssignableTo(SessionFactory.class)
                            && (call.getName().startsWith("open")
                                    || call.getName().equals("withOptions"));
                }
            });

    @ArchTest
    static final ArchRule everyEntityOfAClientIsGuardedByTheSessionsTenant = classes()
            .that()
            .areAnnotatedWith(Entity.class)
            .should(new ArchCondition<>("have their clientId as @TenantId") {
                @Override
                public void check(JavaClass entity, ConditionEvents events) {
                    boolean belongsToAClient = entity.getFields().stream()
                            .anyMatch(field -> field.getName().equals("clientId"));
                    boolean guarded =
                            entity.getFields().stream().anyMatch(field -> field.isAnnotatedWith(TenantId.class));
                    if (belongsToAClient && !guarded) {
                        events.add(SimpleConditionEvent.violated(entity, entity.getName() + " is not guarded"));
                    }
                }
            });

    /** Else a change writes back every column as it was read, and undoes what another transaction changed meanwhile. */
    @ArchTest
    static final ArchRule anEntityWritesNothingThatItDidNotChange = classes()
            .that()
            .areAnnotatedWith(Entity.class)
            .should()
            .beAnnotatedWith(DynamicUpdate.class)
            .orShould()
            .beAnnotatedWith(Immutable.class);

    @ArchTest
    static final ArchRule resourcesAreNamedSo =
            classes().that().areAnnotatedWith(Path.class).should().haveSimpleNameEndingWith("Resource");

    @ArchTest
    static final ArchRule nothingIsNamedAfterNothing = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..impl..");
}
