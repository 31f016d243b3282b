"""Headings of cards in other languages, and the English ones that they stand for.

Words that people write for the templates' headings, folded as `headings.folded` does: German, French, Spanish,
Portuguese, Italian, Chinese, Japanese, Korean and Russian.
"""

from __future__ import annotations

_BY_ENGLISH = {
    "model description": """modellbeschreibung|beschreibung des modells|description du modèle|descripción del modelo
        |descrição do modelo|descrizione del modello|模型介绍|模型描述|模型简介|模型介紹|モデルの説明
        |モデル概要|モデルの概要|모델 설명|모델 소개|описание модели""",
    "dataset description": """datensatzbeschreibung|description du jeu de données|descripción del conjunto de datos
        |descrição do conjunto de dados|数据集介绍|数据集描述|数据集简介|データセットの説明
        |データセットの概要|데이터셋 설명|데이터셋 소개|описание датасета|описание набора данных""",
    "intended use": """verwendungszweck|vorgesehene verwendung|einsatzzweck|utilisation prévue|usage prévu
        |usages prévus|utilisations prévues|uso previsto|usos previstos|uso pretendido|usos pretendidos
        |uso intencionado|预期用途|使用场景|适用场景|使用目的|想定される用途|利用目的|意図された用途
        |사용 목적|사용 용도|용도|предполагаемое использование|назначение
        |область применения|назначение модели""",
    "out-of-scope use": """nicht vorgesehene verwendung|unzulässige verwendung|utilisation hors périmètre
        |usages hors périmètre|usos no previstos|uso fuera de alcance|usos fuera de alcance
        |uso fora do escopo|usos fora do escopo|usos não pretendidos|usi non previsti|不适用场景
        |超出范围的使用|禁止用途|範囲外の使用|禁止事項|범위를 벗어난 사용
        |недопустимое использование|использование вне области применения""",
    "limitations": """einschränkungen|grenzen|limites|limitations connues|limitaciones|limitações|limitazioni|局限性
        |使用限制|限制|局限|制限事項|制約事項|限界|한계|제한 사항|제한사항|ограничения
        |известные ограничения""",
    "limitations and bias": """einschränkungen und verzerrungen|limites et biais|limitaciones y sesgos
        |limitações e vieses|limitazioni e bias|局限性和偏见|局限性与偏见|限制与偏见|制限事項とバイアス
        |한계와 편향|한계 및 편향|ограничения и предвзятость|ограничения и смещения""",
    "bias": "verzerrungen|biais|sesgos|sesgo|viés|vieses|偏见|バイアス|편향|предвзятость|смещения",
    "recommendations": """empfehlungen|recommandations|recomendaciones|recomendações|raccomandazioni|建议|推奨事項
        |권장 사항|рекомендации""",
    "ethical considerations": """ethische überlegungen|ethische aspekte|considérations éthiques|consideraciones éticas
        |considerações éticas|considerazioni etiche|伦理考量|道德考量|伦理考虑|倫理的考慮事項
        |윤리적 고려 사항|этические соображения|этические аспекты""",
    "training data": """trainingsdaten|données dentraînement|données d entraînement|datos de entrenamiento
        |dados de treinamento|dados de treino|dati di addestramento|训练数据|訓練資料|学習データ|訓練データ
        |학습 데이터|обучающие данные|данные для обучения|данные обучения""",
    "training procedure": """trainingsverfahren|procédure dentraînement|procedimiento de entrenamiento
        |procedimento de treinamento|训练过程|训练流程|学習手順|학습 과정|학습 절차
        |процедура обучения|процесс обучения""",
    "evaluation": """auswertung|évaluation|evaluación|avaliação|valutazione|评估|评测|模型评估|評価|평가|оценка
        |оценка качества""",
    "evaluation data": """testdaten|evaluierungsdaten|données dévaluation|datos de evaluación|dados de avaliação
        |评估数据|測試資料|評価データ|평가 데이터|тестовые данные|данные для оценки""",
    "data collection and processing": """datenerhebung|collecte des données|recolección de datos|recopilación de datos
        |coleta de dados|recolha de dados|数据收集|数据采集|データ収集|데이터 수집
        |получение данных""",
    "annotation process": """annotationsprozess|processus dannotation|proceso de anotación|processo de anotação
        |标注过程|标注流程|アノテーション|주석 과정|라벨링 과정|процесс разметки|разметка данных""",
    "personal and sensitive information": """personenbezogene und sensible daten
        |informations personnelles et sensibles|información personal y sensible
        |informações pessoais e sensíveis|个人与敏感信息|个人和敏感信息|個人情報と機密情報|개인 및 민감 정보
        |персональные и конфиденциальные данные|персональные данные""",
}  # fmt: skip
ENGLISH = {
    heading.strip(): english for english, headings in _BY_ENGLISH.items() for heading in headings.split("|")
}
