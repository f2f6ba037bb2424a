package dev.harken;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.TenantId;

/** The rooms of the house and the ways between them. */
@AnalyzeClasses(packages = "dev.harken", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noPackageImportsItselfBackInACircle =
            slices().matching("dev.harken.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule importsRunDownwards = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wiring")
            .definedBy("dev.harken")
            .layer("bench")
            .definedBy("dev.harken.bench")
            .layer("console")
            .definedBy("dev.harken.console..")
            .layer("health")
            .definedBy("dev.harken.health")
            .layer("job")
            .definedBy("dev.harken.monitoring")
            .layer("api")
            .definedBy(
                    "dev.harken.clients",
                    "dev.harken.users",
                    "dev.harken.configs",
                    "dev.harken.posts",
                    "dev.harken.responses",
                    "dev.harken.analytics",
                    "dev.harken.audit")
            .layer("listening")
            .definedBy("dev.harken.monitoring.(*)..")
            .layer("auth")
            .definedBy("dev.harken.auth")
            .layer("http")
            .definedBy("dev.harken.http")
            .layer("cache")
            .definedBy("dev.harken.cache")
            .layer("database")
            .definedBy("dev.harken.database..")
            .layer("mail")
            .definedBy("dev.harken.mail")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("bench")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("console")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("health")
            .mayOnlyBeAccessedByLayers("wiring", "console")
            .whereLayer("job")
            .mayOnlyBeAccessedByLayers("wiring", "console")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("wiring", "console", "job", "bench")
            .whereLayer("listening")
            .mayOnlyBeAccessedByLayers("wiring", "console", "job", "api")
            .whereLayer("auth")
            .mayOnlyBeAccessedByLayers("wiring", "console", "health", "job", "api")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("wiring", "console", "health", "job", "api", "auth", "bench");

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
