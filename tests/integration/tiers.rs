//! A component computes the same whether it is compiled quickly, to run once, or optimised, to be kept.

use std::process::Command;

use kratix_wasm_tests::{Outcome, Step, TEST, built};

use crate::made::hostile_with;

/// The step of a component, as it is and precompiled.
fn on_both_tiers(component: &[u8], config: &str, limits: &str) -> [Outcome; 2] {
    let step = || {
        let step = Step::new().request(TEST).file("config.yaml", config).file("generators/x.wasm", component);
        let config = step.path("config.yaml");
        step.arg("--config-file").arg(config.to_str().unwrap()).arg("--limit").arg(limits)
    };
    let (quick, optimised) = (step(), step());
    let [component, code] = ["x.wasm", "x.cwasm"].map(|name| optimised.path(&format!("generators/{name}")));
    let compiled = Command::new(built("kratix-wasm")).arg("compile").arg(component).arg("-o").arg(&code).status();
    assert!(compiled.unwrap().success());
    let run = |step: Step, name: &str| {
        let generator = step.path(&format!("generators/{name}"));
        let mut outcome = step.arg(generator.to_str().unwrap()).run();
        outcome.stderr = outcome.stderr.replace(".cwasm", ".wasm");
        outcome
    };
    [run(quick, "x.wasm"), run(optimised.arg("--precompiled"), "x.cwasm")]
}

#[track_caller]
fn the_same(component: &[u8], config: &str, limits: &str) -> Outcome {
    let [quick, optimised] = on_both_tiers(component, config, limits);
    assert_eq!(quick, optimised);
    quick
}

/// A start function that traps unless all of these hold; each is an instruction that leaves 0 or 1.
fn holds(conditions: &[&str], code: i32) {
    let checks: Vec<String> =
        conditions.iter().map(|it| format!("(if (i32.eqz {it}) (then (unreachable)))\n")).collect();
    let module = format!("{GLOBALS} (func $f {}) (start $f)", checks.concat());
    let _ = the_same(&hostile_with(&module, 1), "{files: [[a, x]]}", "").exits(code);
}

/// What no optimiser can know.
const GLOBALS: &str = "(memory 1) (global $zero (mut f64) (f64.const 0)) (global $none (mut f32) (f32.const 0))
    (global $odd (mut i64) (i64.const 0x7ff4000000000123)) (global $third (mut f32) (f32.const 0x1.555556p-2))
    (global $v (mut v128) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
    (global $far (mut v128) (v128.const i8x16 16 17 127 -128 -1 0 1 2 3 4 5 6 7 8 9 200))
    (global $least (mut v128) (v128.const i16x8 -32768 -32768 -32768 -32768 -32768 -32768 -32768 -32768))";

#[test]
fn a_nan_has_the_same_bits() {
    let is = |number: &str| format!("(i64.eq (i64.reinterpret_f64 {number}) (i64.const 0x7ff8000000000000))");
    let is_short = |number: &str| format!("(i32.eq (i32.reinterpret_f32 {number}) (i32.const 0x7fc00000))");
    let odd = "(f64.reinterpret_i64 (global.get $odd))";
    let conditions = [
        is("(f64.div (global.get $zero) (global.get $zero))"),
        is("(f64.div (f64.const 0) (f64.const 0))"),
        is("(f64.sqrt (f64.sub (global.get $zero) (f64.const 1)))"),
        is("(f64.sqrt (f64.const -1))"),
        is("(f64.sub (f64.const inf) (f64.const inf))"),
        is(&format!("(f64.add {odd} (f64.const 1))")),
        is(&format!("(f64.mul (f64.const 1) {odd})")),
        is(&format!("(f64.min {odd} (f64.const 1))")),
        is(&format!("(f64.ceil {odd})")),
        is(&format!("(f64x2.extract_lane 1 (f64x2.add (f64x2.splat {odd}) (f64x2.splat (global.get $zero))))")),
        is("(f64x2.extract_lane 0 (f64x2.div (f64x2.splat (f64.const 0)) (f64x2.splat (global.get $zero))))"),
        is_short("(f32.div (global.get $none) (global.get $none))"),
        is_short("(f32.sub (f32.const inf) (f32.const inf))"),
        is_short(&format!("(f32.demote_f64 {odd})")),
    ];
    holds(&conditions.each_ref().map(String::as_str), 0);
    holds(&[&is("(f64.const -nan)")], 70);
}

/// Where the proposal leaves a choice to the machine, there is none:
/// <https://github.com/WebAssembly/relaxed-simd/blob/main/proposals/relaxed-simd/Overview.md>, "deterministic".
#[test]
fn relaxed_simd_is_not_relaxed() {
    let bytes = "(v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)";
    let far = "(v128.const i8x16 16 17 127 -128 -1 0 1 2 3 4 5 6 7 8 9 200)";
    let swizzled = |lane: u8, from: &str, by: &str, to: u8| {
        format!("(i32.eq (i8x16.extract_lane_u {lane} (i8x16.relaxed_swizzle {from} {by})) (i32.const {to}))")
    };
    // Rounded once: 3 times this third is a little more than 1.
    let fused = |third: &str| {
        let product = format!("(f32x4.splat {third}) (f32x4.splat (f32.const 3)) (f32x4.splat (f32.const -1))");
        format!("(f32.eq (f32x4.extract_lane 0 (f32x4.relaxed_madd {product})) (f32.const 0x1p-25))")
    };
    let conditions = [
        swizzled(0, "(global.get $v)", "(global.get $far)", 0),
        swizzled(2, "(global.get $v)", far, 0),
        swizzled(15, bytes, far, 0),
        swizzled(14, bytes, "(global.get $far)", 9),
        "(i32.eq (i16x8.extract_lane_s 3 (i16x8.relaxed_q15mulr_s (global.get $least) (global.get $least))) (i32.const 32767))"
            .to_owned(),
        "(i32.eqz (i32x4.extract_lane 0 (i32x4.relaxed_trunc_f32x4_s (f32x4.splat (f32.const nan)))))".to_owned(),
        "(i32.eq (i32x4.extract_lane 1 (i32x4.relaxed_trunc_f32x4_u (f32x4.splat (f32.const 1e20)))) (i32.const -1))"
            .to_owned(),
        fused("(global.get $third)"),
        fused("(f32.const 0x1.555556p-2)"),
    ];
    holds(&conditions.each_ref().map(String::as_str), 0);
}

/// To the unit: what is enough on one tier is enough on the other, and one less on neither.
#[test]
fn the_same_fuel_is_used() {
    let hostile = std::fs::read(built("hostile.wasm")).unwrap();
    for config in ["{files: [[a, x]]}", "{misdeed: log, files: [[a, {b: [1.5, 2e300, null]}]]}"] {
        let enough = |fuel: u64| {
            let step = Step::hostile(config).arg(format!("--limit=fuel={fuel}").as_str());
            step.run().code == Some(0)
        };
        let (mut little, mut much) = (0, 4_000_000_000);
        while much - little > 1 {
            let fuel = u64::midpoint(little, much);
            if enough(fuel) { much = fuel } else { little = fuel }
        }
        let _ = the_same(&hostile, config, &format!("fuel={much}")).exits(0);
        let _ = the_same(&hostile, config, &format!("fuel={little}")).exits(75).says("reached the bound fuel\n");
    }
}

/// A function may take more stack on one tier than on the other; what ends it is the same bound, never the stack itself.
#[test]
fn a_recursion_without_end_ends_at_its_bound() {
    let wide = |locals: usize| {
        let all = |make: &dyn Fn(usize) -> String| (0..locals).map(make).collect::<String>();
        // Each lives from before the call until after it.
        let begin = all(&|local| format!("(local.set {local} (i64.add (global.get $g) (i64.const {local})))"));
        let end = all(&|local| format!("(global.set $g (i64.xor (global.get $g) (local.get {local})))"));
        format!(
            "(global $g (mut i64) (i64.const 1)) (func $f (local {}) {begin} (call $f) {end}) (start $f)",
            "i64 ".repeat(locals)
        )
    };
    for (module, stack) in [
        ("(func $f (call $f)) (start $f)", "64Ki"),
        ("(func $f (call $f)) (start $f)", "64Mi"),
        (&wide(1), "512Ki"),
        (&wide(100), "512Ki"),
        (&wide(2000), "64Ki"),
        (&wide(2000), "1Mi"),
    ] {
        let outcome = the_same(&hostile_with(module, 1), "{}", &format!("stack-bytes={stack}"));
        let _ =
            outcome.exits(75).says(&format!("reached the bound stack-bytes\n  caused by: stack-bytes is {stack}\n"));
    }
    let hostile = std::fs::read(built("hostile.wasm")).unwrap();
    let _ = the_same(&hostile, "{misdeed: recurse}", "").exits(75).says("reached the bound stack-bytes\n");
}
